package dev.swivel.lab.traffic;

/// The transport protocols the lab can send for real. The kernels it runs on may lack SCTP sockets.
public enum Transport {
    TCP,
    UDP
}
