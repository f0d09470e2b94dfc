<#
.SYNOPSIS
    The database verbs of this project.

.DESCRIPTION
    .\migrate.ps1 VERB [WORD] [--option ...]

    Make ready:         init, reset, wait
    Write revisions:    migrate, merge
    Move the database:  upgrade, downgrade, stamp
    Look:               status, current, history, heads, show, check

    More on a verb:     .\migrate.ps1 help upgrade
    All that there is:  .\migrate.ps1 --help

.EXAMPLE
    .\migrate.ps1 init

    Makes the project and its database ready. Safe to repeat.

.EXAMPLE
    .\migrate.ps1 status

    Shows where the database, the history and the models stand.

.EXAMPLE
    .\migrate.ps1 migrate 'add venue to gigs'

    Writes a revision from the difference between models and database.

.EXAMPLE
    .\migrate.ps1 upgrade

    Brings the database to the head; with +1, one revision further.

.EXAMPLE
    .\migrate.ps1 upgrade --plan

    Shows what would be done, and does nothing.

.EXAMPLE
    .\migrate.ps1 downgrade -1

    Takes the last revision back.

.EXAMPLE
    .\migrate.ps1 reset

    Drops everything and rebuilds it from the migrations. For development only.

.NOTES
    Put a message in 'single quotes' and double an apostrophe in it: then every character arrives.

    To complete verbs and options with Tab in this session:
    .\migrate.ps1 --print-completion-script powershell | Out-String | Invoke-Expression
#>

# Hands its words to tasks.py, exactly, and returns its exit code. Windows PowerShell 5.1 and 7.
# Without pipelines, and with few cmdlets: each makes every call slower.
$python = $null
foreach ($folder in $env:VIRTUAL_ENV, "$PSScriptRoot/.venv") {
    foreach ($path in "$folder/Scripts/python.exe", "$folder/bin/python") {
        if ($folder -and -not $python -and [IO.File]::Exists($path)) { $python = $path }
    }
}
if (-not $python) {
    $names = if ($env:OS -eq 'Windows_NT') { 'py', 'python' } else { 'python3', 'python' }
    $found = @(Get-Command $names -CommandType Application -ErrorAction SilentlyContinue)
    if ($found) { $python = $found[0].Source }
}
if (-not $python) {
    [Console]::Error.WriteLine('No Python was found. Install Python 3.11 or newer from python.org.')
    exit 1
}
$PSNativeCommandUseErrorActionPreference = $false  # an exit code is an answer, not an error
$global:LASTEXITCODE = 1                           # if that Python does not start
# The words travel in an environment variable: no PowerShell passes every word unharmed. A separator
# follows each of them; as -join puts it between them, there is an empty word more to join.
$OFS = ','                                         # x,y is an array here, and a word elsewhere
$env:DBTASKS_ENTRY_POINT = 'migrate.ps1'
$env:DBTASKS_WORDS = [string[]]($args + '') -join [char]31
try { & $python "$PSScriptRoot/tasks.py" }
finally { $env:DBTASKS_ENTRY_POINT = $env:DBTASKS_WORDS = $null }
exit $LASTEXITCODE
