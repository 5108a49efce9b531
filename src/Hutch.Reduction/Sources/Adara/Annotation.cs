namespace Hutch.Reduction.Sources.Adara;

/// <summary>A mark in the stream.</summary>
/// <param name="Kind">Of what kind.</param>
/// <param name="ScanIndex">The scan's number.</param>
/// <param name="Comment">What a person wrote.</param>
internal readonly record struct Annotation(Annotation.Marker Kind, uint ScanIndex, string Comment)
{
    public enum Marker
    {
        Generic = 0,
        ScanStart = 1,
        ScanStop = 2,
        Pause = 3,
        Resume = 4,
        RunComment = 5,
    }

    /// <returns>False if the packet is damaged.</returns>
    public static bool TryRead(AdaraPacket packet, out Annotation annotation)
    {
        annotation = default;
        var words = packet.Words;
        if (words.Length < 2 || packet.Text(2, words[0] & 0xffff) is not { } comment)
            return false;
        annotation = new Annotation((Marker)((words[0] >> 16) & 0x7fff), words[1], comment);
        return true;
    }
}
