package dev.swivel.daemon;

import java.lang.reflect.Member;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Lists the daemon's many flags under headings. Picocli's own groups would do that too, but in a
/// group no flag may be given twice, which kube-proxy allows.
final class OptionGroups {
    private static final Map<Class<?>, String> HEADINGS = new LinkedHashMap<>();

    static {
        HEADINGS.put(LogFlags.class, "%nLogging:%n");
        HEADINGS.put(Flags.class, "%nFlags that a configuration file replaces:%n");
    }

    private OptionGroups() {}

    static CommandLine show(CommandLine line) {
        line.getHelpSectionMap()
                .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionGroups::optionList);
        line.getSubcommands().values().forEach(OptionGroups::show);
        return line;
    }

    private static String optionList(Help help) {
        List<OptionSpec> all =
                help.commandSpec().options().stream().filter(option -> !option.hidden()).toList();
        StringBuilder text = new StringBuilder();
        text.append(
                help.optionListExcludingGroups(
                        all.stream().filter(o -> !HEADINGS.containsKey(home(o))).toList()));
        HEADINGS.forEach((home, heading) -> {
            List<OptionSpec> group = all.stream().filter(o -> home(o).equals(home)).toList();
            if (!group.isEmpty()) {
                text.append(help.createHeading(heading));
                text.append(help.optionListExcludingGroups(group));
            }
        });
        return text.toString();
    }

    private static Class<?> home(OptionSpec option) {
        return option.userObject() instanceof Member member
                ? member.getDeclaringClass()
                : SwivelCommand.class;
    }
}
