/// API objects to the model's records: pure, lenient where the API is, and never throwing.
@NullMarked
package dev.swivel.core.watch.decode;

import org.jspecify.annotations.NullMarked;
