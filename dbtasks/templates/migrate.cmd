@echo off
rem Hands its words to tasks.py and returns its exit code, where policy refuses migrate.ps1.
setlocal DisableDelayedExpansion
set "DBTASKS_DOOR=migrate.cmd"
set "PYTHON_EXE="
if exist "%VIRTUAL_ENV%\Scripts\python.exe" set "PYTHON_EXE=%VIRTUAL_ENV%\Scripts\python.exe"
if not defined PYTHON_EXE if exist "%~dp0.venv\Scripts\python.exe" set "PYTHON_EXE=%~dp0.venv\Scripts\python.exe"
if not defined PYTHON_EXE for %%p in (py.exe python.exe) do if not defined PYTHON_EXE set "PYTHON_EXE=%%~$PATH:p"
if not defined PYTHON_EXE (
    echo No Python was found. Install Python 3.11 or newer from python.org. 1>&2
    exit /b 1
)
"%PYTHON_EXE%" "%~dp0tasks.py" %*
exit /b %ERRORLEVEL%
