@rem Scripts of package.json begin with “exec”, so that elsewhere npm passes a signal on to the program, not to a shell before it.
@%*
