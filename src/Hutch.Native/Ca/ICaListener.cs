namespace Hutch.Native.Ca;

/// <summary>
/// Who hears of a channel. Called on threads of the library, several of them but one at a time for one channel; must return at once and must not
/// throw.
/// </summary>
public interface ICaListener
{
    /// <summary>The channel is connected, or is not any more.</summary>
    void OnConnection(CaChannel channel, bool connected);

    /// <summary>A value came.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="dbrType">The DBR type of the structure.</param>
    /// <param name="count">The number of elements.</param>
    /// <param name="dbr">The structure in the library's memory, in the order of bytes of this machine; valid during the call.</param>
    void OnValue(CaChannel channel, int dbrType, int count, ReadOnlySpan<byte> dbr);

    /// <summary>A monitor failed, with a status of <c>caerr.h</c>.</summary>
    void OnFailure(CaChannel channel, int status);
}
