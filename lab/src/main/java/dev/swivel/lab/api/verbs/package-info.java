/// What each verb of the API does, with no HTTP in it.
@NullMarked
package dev.swivel.lab.api.verbs;

import org.jspecify.annotations.NullMarked;
