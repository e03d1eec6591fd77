package dev.swivel.daemon;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Command lines as Kubernetes components read them: `_` in a flag's name is `-`, the last of
/// several counts, truth has many names, numbers may be hexadecimal.
final class GoFlags {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "FALSE", "false", "False");

    private GoFlags() {}

    static CommandLine accept(CommandLine line) {
        ITypeConverter<Boolean> bool = GoFlags::bool;
        ITypeConverter<Integer> integer = GoFlags::integer;
        return line.setOverwrittenOptionsAllowed(true)
                .setUnmatchedArgumentsAllowed(true) // execute refuses them
                .setExecutionStrategy(GoFlags::execute)
                .setParameterExceptionHandler(GoFlags::refuse)
                .registerConverter(Boolean.class, bool)
                .registerConverter(boolean.class, bool)
                .registerConverter(Integer.class, integer);
    }

    /// Empty arguments, as templates leave them, mean nothing.
    private static int execute(ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            List<String> unmatched =
                    command.getUnmatchedArguments().stream()
                            .filter(argument -> !argument.isEmpty())
                            .toList();
            if (!unmatched.isEmpty()) {
                throw new UnmatchedArgumentException(command, unmatched);
            }
        }
        return new RunLast().execute(parsed);
    }

    /// The fault alone: the whole help would hide it.
    private static int refuse(ParameterException fault, String[] args) {
        PrintWriter err = fault.getCommandLine().getErr();
        err.println(fault.getMessage());
        UnmatchedArgumentException.printSuggestions(fault, err);
        err.println(
                "Try '" + fault.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        return fault.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
    }

    static String[] normalize(String[] args) {
        return Arrays.stream(args).map(GoFlags::normalize).toArray(String[]::new);
    }

    private static String normalize(String arg) {
        if (!arg.startsWith("--")) {
            return arg;
        }
        int end = arg.indexOf('=') < 0 ? arg.length() : arg.indexOf('=');
        String name = arg.substring(0, end).replace('_', '-');
        boolean asks = name.equals("--version") || name.equals("--help");
        return asks ? name : name + arg.substring(end);
    }

    /// @return empty if the text is no word for true or false
    static Optional<Boolean> truth(String text) {
        return TRUE.contains(text) || FALSE.contains(text)
                ? Optional.of(TRUE.contains(text))
                : Optional.empty();
    }

    private static boolean bool(String text) {
        return truth(text)
                .orElseThrow(() ->
                        new TypeConversionException("'" + text + "' is neither true nor false"));
    }

    private static int integer(String text) {
        try {
            return Integer.decode(text.strip());
        } catch (NumberFormatException _) {
            throw new TypeConversionException("'" + text + "' is not a whole number");
        }
    }
}
