@echo off
rem Manifold on Windows: "run" starts the application, "run test" runs the tests, "run help" lists the rest.
cd /d "%~dp0"
set "COMMAND=%*"
if "%COMMAND%"=="" set "COMMAND=run"
where py >nul 2>nul
if %errorlevel%==0 (py -3 -m tools %COMMAND%) else (python -m tools %COMMAND%)
exit /b %errorlevel%
