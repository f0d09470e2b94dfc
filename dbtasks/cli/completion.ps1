# Tab completes the verbs of dbtasks and their options. Windows PowerShell 5.1 and 7.
Register-ArgumentCompleter -Native -CommandName @(
    'migrate.ps1', '.\migrate.ps1', '.\migrate', './migrate', 'dbtasks'
) -ScriptBlock {
    param($word, $line, $position)
    $program = Get-Command $line.GetCommandName() -ErrorAction Ignore
    if (-not $program) { return }
    # A migrate.ps1 that is not ours would do whatever it does.
    if ($program.Name -notlike 'dbtasks*' -and
        $program.ScriptContents -notmatch 'DBTASKS_WORDS') { return }
    $words = @(foreach ($element in $line.CommandElements) {
            if ($element.Extent.StartOffset -lt $position) { $element.Extent.Text }
        })
    if (-not $word) { $words += '' }
    # The exit code of what was run last is the session's, not Tab's.
    $code = Get-Variable LASTEXITCODE -Scope Global -ValueOnly -ErrorAction Ignore
    try {
        foreach ($candidate in & $program --complete '--' @words 2>$null) {
            if ($candidate.StartsWith($word)) { $candidate }
        }
    } finally { $global:LASTEXITCODE = $code }
}
