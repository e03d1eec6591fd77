package dev.swivel.lab.api.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// What the API does to objects of one kind between the request and the store. Trees are changed in
/// place. All methods run under the store's write lock.
public interface KindRules {
    /// For kinds that are stored as they come.
    KindRules PLAIN = new KindRules() {};

    /// Fills in defaults, for a new object or a changed one.
    default void applyDefaults(ObjectNode object) {}

    /// Before validation of a new object: what only the server sets.
    default void prepareCreate(ObjectNode object) {}

    /// Before validation of a changed object: what carries over from the old one.
    default void prepareUpdate(ObjectNode object, ObjectNode old) {}

    /// Reports what is wrong with a new object.
    default void validate(ObjectNode object, Violations violations) {}

    /// Reports what must not change.
    default void validateUpdate(ObjectNode object, ObjectNode old, Violations violations) {}

    /// After validation: takes addresses and ports that the object asks for or needs.
    default void allocate(ObjectNode object, Violations violations) {}

    /// Whether `metadata.generation` counts changes of this kind.
    default boolean countsGenerations() {
        return false;
    }

    /// Whether a deletion answers with the deleted object, not with a Status.
    default boolean returnsDeleted() {
        return false;
    }

    /// Whether the main resource accepts a status when the object is made.
    default boolean keepsStatusOnCreate() {
        return false;
    }
}
