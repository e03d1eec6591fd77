package dev.swivel.core.events;

import dev.swivel.core.model.ObjectRef;

/// Something that an operator should find at the object concerned, as an Event of
/// `events.k8s.io/v1`.
///
/// @param reason CamelCase: why, for machines
/// @param action CamelCase: what Swivel was doing
/// @param note for people; cut to what the API takes
public record Notice(
        ObjectRef regarding, boolean warning, String reason, String action, String note) {
    private static final int LONGEST_NOTE = 1024;

    public Notice {
        note = note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE - 3) + "..." : note;
    }

    public static Notice normal(ObjectRef regarding, String reason, String action, String note) {
        return new Notice(regarding, false, reason, action, note);
    }

    public static Notice warning(ObjectRef regarding, String reason, String action, String note) {
        return new Notice(regarding, true, reason, action, note);
    }
}
