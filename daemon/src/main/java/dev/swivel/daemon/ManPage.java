package dev.swivel.daemon;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A command line as a page for man(1), in the macros of man(7): one page for the command with all
/// its subcommands, from the same model as `--help`.
final class ManPage {
    private final StringBuilder text = new StringBuilder();

    private ManPage() {}

    static String of(CommandSpec command) {
        ManPage page = new ManPage();
        page.line(
                ".TH "
                        + command.name().toUpperCase(Locale.ROOT)
                        + " 1 \"\" \"Swivel "
                        + Version.text()
                        + "\"");
        page.line(".SH NAME");
        page.line(command.name() + " \\- " + escaped(sentence(command)));
        page.line(".SH SYNOPSIS");
        page.line(".B " + command.name());
        page.line("[OPTION]...");
        page.line(".br");
        page.line(".B " + command.name());
        page.line("COMMAND [OPTION]...");
        page.line(".SH DESCRIPTION");
        page.paragraphs(command.usageMessage().description());
        page.line(".SH OPTIONS");
        page.options(command);
        page.line(".SH COMMANDS");
        command.subcommands().forEach((name, sub) -> page.subcommand(name, sub));
        page.footer(command, ".SH");
        return page.text.toString();
    }

    private void subcommand(String name, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        line(".SS swivel " + name);
        line(escaped(sentence(spec)));
        paragraphs(spec.usageMessage().description());
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            entry("\\fI" + escaped(parameter.paramLabel()) + "\\fR", parameter.description());
        }
        options(spec);
        footer(spec, ".PP");
    }

    private static String sentence(CommandSpec command) {
        return String.join(" ", command.usageMessage().header());
    }

    /// Those in groups go under the heading of their group.
    private void options(CommandSpec command) {
        List<OptionSpec> grouped =
                command.argGroups().stream()
                        .flatMap(group -> group.allOptionsNested().stream())
                        .toList();
        command.options().stream()
                .filter(option -> !grouped.contains(option))
                .forEach(this::option);
        for (ArgGroupSpec group : command.argGroups()) {
            line(".PP");
            line(escaped(String.valueOf(group.heading()).replace("%n", "")));
            group.allOptionsNested().forEach(this::option);
        }
    }

    private void option(OptionSpec option) {
        if (!option.hidden()) {
            String value =
                    option.arity().max() == 0
                            ? ""
                            : "=\\fI" + escaped(option.paramLabel()) + "\\fR";
            String names = "\\fB" + escaped(String.join(", ", option.names())) + "\\fR";
            entry(names + value, option.description());
        }
    }

    private void entry(String tag, String[] description) {
        line(".TP");
        line(tag);
        line(escaped(String.join(" ", description)));
    }

    /// Examples are kept as they are written.
    private void footer(CommandSpec command, String examples) {
        boolean verbatim = false;
        for (String line : command.usageMessage().footer()) {
            if (line.startsWith("  ") && !verbatim) {
                line(".nf");
            } else if (!line.startsWith("  ") && verbatim) {
                line(".fi");
            }
            verbatim = line.startsWith("  ");
            if (line.equals("Examples:")) {
                line(examples.equals(".SH") ? ".SH EXAMPLES" : examples + "\nExamples:");
            } else if (!line.isEmpty()) {
                line(verbatim ? escaped(line) : ".PP\n" + escaped(line));
            }
        }
        if (verbatim) {
            line(".fi");
        }
    }

    private void paragraphs(String[] lines) {
        for (String line : lines) {
            if (!line.isEmpty()) {
                line(".PP");
                line(escaped(line));
            }
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /// Also what picocli would have replaced: doubled dollar signs.
    private static String escaped(String plain) {
        String text = plain.replace("$$", "$").replace("\\", "\\e").replace("-", "\\-");
        return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
    }
}
