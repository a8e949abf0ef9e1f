/**
 * The command line: a file for each command, which parses its options, calls, prints and sets the exit code. bin.ts is
 * the program, main.ts the list of commands.
 */
