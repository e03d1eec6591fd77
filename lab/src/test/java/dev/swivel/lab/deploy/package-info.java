/// What is in `deploy`, as it is shipped: manifests, chart, dashboard, alerts, image.
@NullMarked
package dev.swivel.lab.deploy;

import org.jspecify.annotations.NullMarked;
