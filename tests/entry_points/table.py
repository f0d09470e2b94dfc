"""Lists of words that are hard to pass, and what can't be passed at all."""

from __future__ import annotations

LISTS: dict[str, list[str]] = {
    "no words": [],
    "one empty word": [""],
    "empty words in between": ["", "a", "", "b", ""],
    "one space": [" "],
    "a sentence": ["add venue to gigs"],
    "spaces at both ends": ["  add venue  ", "a\tb"],
    "a double quote": ['5" plate'],
    "double quotes around": ['"quoted"', '"a b"'],
    "double quotes alone": ['"', '""', '"""'],
    "double quotes and spaces": ['say "hello there" twice'],
    "an apostrophe": ["the band's fee", "'"],
    "apostrophes around": ["'quoted'"],
    "both quotes": ["it's 5\" wide"],
    "a backtick": ["`id`", "`", "a`nb"],
    "a variable of sh": ["$HOME", "${HOME}", "$x"],
    "a variable of cmd": ["%PATH%", "%", "%%", "%1"],
    "a variable of PowerShell": ["$env:PATH", "$null", "$args", "$(1+1)"],
    "variables in a sentence": ["cost is $5 and 100% of %TEMP%"],
    "per cent": ["100%"],
    "exclamation marks": ["wow!", "!!", "!PATH!"],
    "one back": ["-1"],
    "one on": ["+1"],
    "steps and a range": ["+1", "-2", "a:b"],
    "commas": ["a,b", ",", "a, b,, c"],
    "at signs": ["@", "@args", "user@host"],
    "a splat": ["@{a=1}", "@(1,2)"],
    "a backslash": ["a\\b", "\\", "\\n", "\\x41"],
    "a trailing backslash": ["C:\\temp\\"],
    "trailing backslashes after a space": ["my folder\\", "my folder\\\\"],
    "a backslash before a quote": ['\\"', 'a\\"b', '\\\\"'],
    "paths": ["C:\\Program Files\\Python 3.11\\python.exe", "/usr/local/my app/bin"],
    "umlauts": ["Größe", "naïve"],
    "Chinese and Arabic": ["数据库", "قاعدة"],
    "emoji": ["🎸 gig", "👩\u200d🎤"],
    "combining marks": ["e\u0301", "\u00a0"],
    "quotes of a word processor": ["\u201cquoted\u201d", "\u2019", "\u2014"],
    "a newline": ["first line\nsecond line"],
    "newlines at the ends": ["\n", "line\n", "a\r\nb"],
    "an id like a float": ["1e5"],
    "ids like numbers": ["007", "0x1F", "1_000", "3.0", "1e400", ".5"],
    "words that mean something elsewhere": ["true", "null", "None", "on", "NaN"],
    "a star": ["*", "*.py", "**"],
    "question mark and brackets": ["?", "[a-z]*", "tasks.p?"],
    "home and dots": ["~", "~root", "~/x", ".", ".."],
    "semicolon": ["a;b", ";"],
    "ampersand": ["a&b", "&", "&&", "a && b"],
    "pipe": ["a|b", "|", "||"],
    "redirections": ["a>b", "<", ">>", "2>&1"],
    "caret": ["a^b", "^", "^^", "a^&b"],
    "parentheses": ["(a)", "(", ")", "f(x)"],
    "braces": ["{a}", "{", "}", "{{x}}", "a{b,c}"],
    "hash": ["#", "# a comment", "a#b"],
    "equals and colons": ["a=b", "=", "APP_ENV=production", "app.models:Base"],
    "a URL": ["postgresql://me:p%40ss@db.example/x?sslmode=require&a=b"],
    "a statement of SQL": ["UPDATE gigs SET fee = fee * 2 WHERE title = 'a \"b\"'"],
    "a short option": ["-v"],
    "short options of PowerShell": ["-e", "-Verbose", "-ErrorAction", "x"],
    "an option with a colon": ["-a:b", "-c:"],
    "long options": ["--flag=value", '--flag="a b"', "--flag="],
    "help": ["--help", "-h", "/?", "-?"],
    "two dashes": ["--"],
    "dashes in between": ["a", "--", "b", "-", "---"],
    "the name of a verb": ["status", "upgrade", "echo"],
    "a stop sign of PowerShell": ["--%", "--%PATH%"],
    "a very long word": ["x" * 20_000],
    "many words": [str(number) for number in range(500)],
    "all of ASCII that can be seen": ["".join(chr(code) for code in range(33, 127))],
    "control characters": ["\x01", "\x1b[31mred\x1b[0m", "\x7f"],
}
"""Each is sent through each entry point; what arrives is the same list."""

_UNSEEN_BY_CMD = {
    name for name, words in LISTS.items() if any(set(word) & set("\r\n") for word in words)
}
UNPASSABLE: dict[str, set[str]] = {"migrate.cmd": _UNSEEN_BY_CMD | {"a very long word"}}
"""The lists that an entry point can't take, by its name."""

TAKEN_BY_POWERSHELL: list[tuple[str, list[str]]] = [
    ("x, y", ["x,y"]),
    ("1e5,2", ["100000,2"]),
    ("-a:b", ["-a:", "b"]),
    ("-a.b", ["-a", ".b"]),
    ("-- a", ["a"]),
    ("$nosuch", [""]),
    ("(1+1)", ["2"]),
    ("{a}", ["a"]),
    ("#a", []),
    ("it''s", ["its"]),
]
"""What is typed at PowerShell's prompt without quotes, and the words that are left of it.

It stands in docs/reference/entry-points.md too.
"""

TAKEN_BY_FILE: dict[str, list[str]] = {"-a:b": ["-a", "b"], "--%": [], "-c:": []}
"""What `powershell -File` changes however it is quoted, and the words that are left of it."""

LIMITS = [
    ("every entry point", "the NUL character: no operating system passes it"),
    ("`inv`", "the word of `upgrade` and `downgrade` without its flag"),
    ("`inv`", "`--help` after a verb that takes a message: taken for the message, and refused"),
    ("`migrate.ps1`", "the character U+001F: it ends each word on the way to Python"),
    (
        "`migrate.ps1` by `-File`",
        "`--%`; `-?`, which is PowerShell's own help; `-a:b`, which becomes two words",
    ),
    ("`migrate.cmd`", "a newline: cmd.exe ends the line there"),
    ("`migrate.cmd`", "more than 8,191 characters in all"),
]
"""What can't be passed through an entry point, in the words of docs/reference/entry-points.md."""
