"""Completion for PowerShell, which click does not know; it has bash, zsh and fish.

The script asks the command as those of click do: by ``_ARCHIVE_COMPLETE``, ``COMP_WORDS`` and ``COMP_CWORD`` in the
environment.
"""

from __future__ import annotations

import os

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, split_arg_string

_SOURCE = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $env:%(complete_var)s = 'powershell_complete'
    $env:COMP_WORDS = $commandAst.ToString()
    $env:COMP_CWORD = $wordToComplete
    try {
        %(prog_name)s | ForEach-Object {
            $type, $value, $help = $_ -split "`t", 3
            if ($type -eq 'file' -or $type -eq 'dir') {
                Get-ChildItem -Path "$value*" -Directory:($type -eq 'dir') -Name
            } else {
                [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
            }
        }
    } finally {
        Remove-Item Env:%(complete_var)s, Env:COMP_WORDS, Env:COMP_CWORD
    }
}
"""


class PowerShellComplete(ShellComplete):
    """What PowerShell asks, and how it is answered: a line an offer, of type, value and help between tabs."""

    name = "powershell"
    source_template = _SOURCE

    def get_completion_args(self) -> tuple[list[str], str]:
        """Read the words before the one to complete, and that one."""
        words, incomplete = split_arg_string(os.environ["COMP_WORDS"])[1:], os.environ["COMP_CWORD"]
        if incomplete and words and words[-1] == incomplete:
            words.pop()
        return words, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """Format an offer; PowerShell wants a help that is not empty."""
        return f"{item.type}\t{item.value}\t{item.help or item.value}"


def register() -> None:
    """Let click know this shell."""
    add_completion_class(PowerShellComplete)
