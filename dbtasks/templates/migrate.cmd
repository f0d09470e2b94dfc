@echo off
rem Hands its words to tasks.py and returns its exit code, where policy refuses migrate.ps1.
setlocal EnableExtensions DisableDelayedExpansion
set "DBTASKS_ENTRY_POINT=migrate.cmd"
set "PYTHON_EXE="
for %%p in (python.exe py.exe) do if not "%%~$PATH:p"=="" set "PYTHON_EXE=%%~$PATH:p"
if exist "%~dp0.venv\Scripts\python.exe" set "PYTHON_EXE=%~dp0.venv\Scripts\python.exe"
if defined VIRTUAL_ENV if exist "%VIRTUAL_ENV%\Scripts\python.exe" set "PYTHON_EXE=%VIRTUAL_ENV%\Scripts\python.exe"
if not defined PYTHON_EXE (
    echo No Python was found. Install Python 3.11 or newer from python.org.>&2
    exit /b 1
)
"%PYTHON_EXE%" "%~dp0tasks.py" %*
exit /b %ERRORLEVEL%
