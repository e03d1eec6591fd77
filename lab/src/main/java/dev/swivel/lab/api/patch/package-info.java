/// The four ways to change an object with a document: JSON patch, merge patch, strategic merge,
/// apply.
@NullMarked
package dev.swivel.lab.api.patch;

import org.jspecify.annotations.NullMarked;
