@rem The script “cli” of package.json begins with “exec”, so that elsewhere a signal reaches the program, not a shell.
@%*
