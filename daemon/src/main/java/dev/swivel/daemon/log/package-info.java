/// Log lines in the form of klog, as Kubernetes components write them.
@NullMarked
package dev.swivel.daemon.log;

import org.jspecify.annotations.NullMarked;
