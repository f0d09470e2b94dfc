# Hands its words to tasks.py, exactly, and returns its exit code. Windows PowerShell 5.1 and 7.
# The words travel in an environment variable: no PowerShell passes every word unharmed.
$python = @($env:VIRTUAL_ENV, "$PSScriptRoot/.venv") | Where-Object { $_ } |
    ForEach-Object { "$_/Scripts/python.exe", "$_/bin/python" } |
    Where-Object { Test-Path -LiteralPath $_ -PathType Leaf } | Select-Object -First 1
if (-not $python) {
    $names = if ($env:OS -eq 'Windows_NT') { 'py', 'python' } else { 'python3', 'python' }
    $python = Get-Command $names -CommandType Application -ErrorAction SilentlyContinue |
        Select-Object -First 1 -ExpandProperty Source
}
if (-not $python) {
    [Console]::Error.WriteLine('No Python was found. Install Python 3.11 or newer from python.org.')
    exit 1
}
$PSNativeCommandUseErrorActionPreference = $false  # an exit code is an answer, not an error
$global:LASTEXITCODE = 1                           # if that Python does not start
$env:DBTASKS_ENTRY_POINT = 'migrate.ps1'
$env:DBTASKS_WORDS = -join ([string[]]$args | ForEach-Object { $_ + [char]31 })
try { & $python "$PSScriptRoot/tasks.py" }
finally { $env:DBTASKS_ENTRY_POINT = $env:DBTASKS_WORDS = $null }
exit $LASTEXITCODE
