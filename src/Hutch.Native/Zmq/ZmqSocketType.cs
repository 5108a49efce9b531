namespace Hutch.Native.Zmq;

/// <summary>The socket types in use (values: zmq.h).</summary>
public enum ZmqSocketType
{
    /// <summary>Sends to every subscriber that keeps up.</summary>
    Pub = 1,

    /// <summary>Receives what it subscribed to.</summary>
    Sub = 2,

    /// <summary>Receives from all pushers in turn.</summary>
    Pull = 7,

    /// <summary>Sends to the pullers in turn.</summary>
    Push = 8,

    /// <summary>A <see cref="Pub"/> that also sees its subscribers come and go; the same on the wire.</summary>
    XPub = 9,
}
