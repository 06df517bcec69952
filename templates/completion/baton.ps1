# Completion of baton in PowerShell. Once: baton completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName baton -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($wordToComplete -eq '') { $words += '' }
  # Not as arguments: an empty one and a bare -- get lost on the way through the baton.ps1 that npm makes.
  $env:BATON_WORDS = $words -join "`n"
  try {
    baton completion --candidates 2>$null | ForEach-Object {
      $value, $about = $_ -split "`t", 2
      if (-not $about) { $about = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
    }
  } finally {
    Remove-Item Env:BATON_WORDS -ErrorAction Ignore
  }
}
