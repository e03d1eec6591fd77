/// Versioned storage of API objects: revisions, snapshots, the history that watches read,
/// selectors.
@NullMarked
package dev.swivel.lab.api.store;

import org.jspecify.annotations.NullMarked;
