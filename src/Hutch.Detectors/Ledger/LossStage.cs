namespace Hutch.Detectors.Ledger;

/// <summary>Where data of an acquisition can be lost, in the order in which the data pass.</summary>
public enum LossStage
{
    /// <summary>The socket's buffer in the kernel; packets.</summary>
    Kernel = 1,

    /// <summary>The receiver of a module; packets.</summary>
    Receiver = 2,

    /// <summary>The converter of a module; frames.</summary>
    Converter = 3,

    /// <summary>The synchroniser; frames that did not come, and images given up or overwritten.</summary>
    Synchroniser = 4,

    /// <summary>The sending end of a stream to another machine; images.</summary>
    StreamSender = 5,

    /// <summary>The receiving end of a stream from another machine; images.</summary>
    StreamReceiver = 6,

    /// <summary>The compressor; images.</summary>
    Compressor = 7,

    /// <summary>The writer; images.</summary>
    Writer = 8,
}
