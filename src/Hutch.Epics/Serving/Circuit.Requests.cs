using System.Buffers.Binary;
using System.Text;
using Hutch.Epics.ChannelAccess;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Serving;

internal sealed partial class Circuit
{
    // The mask of access rights: 1 read, 2 write.
    private const uint ReadRight = 1;
    private const uint WriteRight = 2;

    private void Handle(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Command)
        {
            case CaCommand.Version or CaCommand.HostName or CaCommand.ReadSync:
                break;
            case CaCommand.ClientName:
                User = Text(payload);
                break;
            case CaCommand.Echo:
                Send(header, payload);
                break;
            case CaCommand.Search:
                Search(header, payload);
                break;
            case CaCommand.CreateChannel:
                Create(header, Text(payload));
                break;
            case CaCommand.ClearChannel:
                Clear(header);
                break;
            case CaCommand.ReadNotify or CaCommand.Read:
                Read(header);
                break;
            case CaCommand.Write or CaCommand.WriteNotify:
                Write(header, payload);
                break;
            case CaCommand.EventAdd:
                Subscribe(header, payload);
                break;
            case CaCommand.EventCancel:
                Cancel(header);
                break;
            case CaCommand.EventsOff:
                HoldEvents(true);
                break;
            case CaCommand.EventsOn:
                HoldEvents(false);
                break;
            default:
                throw new InvalidDataException($"it sent command {(int)header.Command}, which is not a client command");
        }
    }

    private static string Text(ReadOnlySpan<byte> payload) => Encoding.UTF8.GetString(PvData.Upto0(payload));

    // Clients that were told a name server search by TCP.
    private void Search(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        _server.Counters.CountSearches(1);
        if (_server.Source.Find(Text(payload)) is null)
            return;
        Span<byte> version = stackalloc byte[8];
        version.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(version, CaHeader.MinorVersion);
        Send(new CaHeader(CaCommand.Search, 8, (ushort)_server.TcpPort, 0, uint.MaxValue, header.Parameter1), version);
    }

    private void Create(in CaHeader header, string name)
    {
        if (_channels.Count >= _server.Options.MaximumChannels || _server.Source.Find(name) is not { } pv)
        {
            Send(new CaHeader(CaCommand.CreateChannelFail, 0, 0, 0, header.Parameter1, 0), []);
            return;
        }
        var channel = new Channel(pv, header.Parameter1, ++_nextChannel);
        _channels.Add(channel.ServerId, channel);
        Send(new CaHeader(CaCommand.AccessRights, 0, 0, 0, channel.ClientId, ReadRight | (pv.IsWritable && MayPut ? WriteRight : 0)), []);
        Send(new CaHeader(CaCommand.CreateChannel, 0, (ushort)pv.Type, (uint)pv.MaximumCount, channel.ClientId, channel.ServerId), []);
    }

    private void Clear(in CaHeader header)
    {
        if (_channels.Remove(header.Parameter1, out var channel))
            Drop(channel);
        Send(header with { PayloadSize = 0 }, []);
    }

    private void Read(in CaHeader header)
    {
        var notify = header.Command == CaCommand.ReadNotify;
        if (Find(header) is not { } channel)
            return;
        if (!DbrLayout.TrySplit(header.Type, out _, out _))
            Refuse(header, notify, CaStatus.BadType, channel, $"DBR type {header.Type} is not known");
        else if (header.Count > channel.Pv.MaximumCount)
            Refuse(header, notify, CaStatus.BadCount, channel, $"{header.Count} elements were requested, but the maximum is {channel.Pv.MaximumCount}");
        else if (!SendValue(header.Command, channel.Pv, channel.Pv.Current, header.Type, header.Count, notify ? CaStatus.Normal : header.Parameter1, header.Parameter2))
            Refuse(header, notify, CaStatus.GetFail, channel, "the value cannot be converted");
    }

    private void Subscribe(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        const int maskAt = 12;   // after three floats that nobody uses: low, high, to
        if (payload.Length < maskAt + 2)
            throw new InvalidDataException($"it requested a monitor with a payload of {payload.Length} bytes, which must have 16");
        if (Find(header) is not { } channel)
            return;
        if (!DbrLayout.TrySplit(header.Type, out _, out _))
        {
            Refuse(header, notify: true, CaStatus.BadType, channel, $"DBR type {header.Type} is not known");
            return;
        }
        if (header.Count > channel.Pv.MaximumCount)
        {
            Refuse(header, notify: true, CaStatus.BadCount, channel, $"{header.Count} elements were requested, but the maximum is {channel.Pv.MaximumCount}");
            return;
        }
        if (channel.Subscriptions.Remove(header.Parameter2, out var old))
            End(old);
        if (_monitors >= _server.Options.MaximumChannels)
            throw new InvalidDataException($"it requested more than {_server.Options.MaximumChannels} monitors");
        _monitors++;
        var events = (PvEvents)BinaryPrimitives.ReadUInt16BigEndian(payload[maskAt..]);
        var subscription = new Subscription(this, channel.Pv, header.Parameter2, header.Type, header.Count, events);
        channel.Subscriptions.Add(header.Parameter2, subscription);
        channel.Pv.Subscribe(subscription);
    }

    private void Cancel(in CaHeader header)
    {
        if (!_channels.TryGetValue(header.Parameter1, out var channel) || !channel.Subscriptions.Remove(header.Parameter2, out var subscription))
            return;
        End(subscription);
        // The answer is an event without a value.
        Send(new CaHeader(CaCommand.EventAdd, 0, header.Type, 0, channel.ClientId, header.Parameter2), []);
    }

    private void Write(in CaHeader header, ReadOnlySpan<byte> payload)
    {
        var notify = header.Command == CaCommand.WriteNotify;
        if (Find(header) is not { } channel)
            return;
        if (!DbrLayout.TrySplit(header.Type, out var form, out var type) || form != DbrForm.Plain)
        {
            Refuse(header, notify, CaStatus.BadType, channel, $"DBR type {header.Type} cannot be put");
            return;
        }
        if (!channel.Pv.IsWritable || !MayPut)
        {
            _server.Counters.CountPutRefused();
            Refuse(header, notify, CaStatus.NoWriteAccess, channel, channel.Pv.IsWritable ? $"{Remote.Address} may not put" : "it is read-only");
            return;
        }
        var size = PvTypes.SizeOf(type);
        // A single text may come without the rest of its 40 bytes.
        var bytes = type == PvType.String && header.Count == 1 ? Math.Min(size, payload.Length) : (long)size * header.Count;
        if (bytes > payload.Length || header.Count == 0)
        {
            Refuse(header, notify, CaStatus.BadCount, channel, $"{header.Count} elements were announced in {payload.Length} bytes");
            return;
        }
        var elements = new byte[type == PvType.String ? header.Count * size : bytes];
        DbrEncoder.Swap(payload[..(int)bytes], elements, type);
        _ = PutAsync(header, channel, new PvData(type, elements), notify);
    }

    // What a put does may take long; the client's other messages do not wait for it.
    private async Task PutAsync(CaHeader header, Channel channel, PvData value, bool notify)
    {
        try
        {
            await channel.Pv.PutAsync(value).ConfigureAwait(false);
            _server.Counters.CountPut();
            if (notify)
                Send(new CaHeader(CaCommand.WriteNotify, 0, header.Type, header.Count, CaStatus.Normal, header.Parameter2), []);
        }
        catch (Exception error)
        {
            _server.Counters.CountPutRefused();
            _server.Log.LogWarning(error is UserErrorException ? null : error, "{Service}: a put of {User} at {Client} is refused: {Reason}", _server.ServiceName, User, Remote, error.Message);
            Refuse(header, notify, CaStatus.PutFail, channel, error.Message);
        }
    }

    private Channel? Find(in CaHeader header)
    {
        if (_channels.TryGetValue(header.Parameter1, out var channel))
            return channel;
        // As with an IOC: what is addressed to a channel that was just cleared is nothing.
        Fail(header, CaStatus.BadChannel, 0, $"there is no channel {header.Parameter1}");
        return null;
    }

    private void Refuse(in CaHeader header, bool notify, int status, Channel channel, string reason)
    {
        if (notify)
            Send(new CaHeader(header.Command, 0, header.Type, 0, (uint)status, header.Parameter2), []);
        else
            Fail(header, status, channel.ClientId, $"{channel.Pv.Name}: {reason}");
    }

    // The payload of an error is the header of what was wrong, and words.
    private void Fail(in CaHeader header, int status, uint client, string reason)
    {
        var words = Encoding.UTF8.GetBytes(reason);
        var payload = new byte[CaHeader.Padded(header.HeaderSize + words.Length + 1)];
        header.Write(payload);
        words.CopyTo(payload, header.HeaderSize);
        Send(new CaHeader(CaCommand.Error, (uint)payload.Length, 0, 0, client, (uint)status), payload);
    }

    private void Drop(Channel channel)
    {
        foreach (var subscription in channel.Subscriptions.Values)
            End(subscription);
    }

    private void End(Subscription subscription)
    {
        _monitors--;
        subscription.Pv.Unsubscribe(subscription);
        lock (_gate)
            (subscription.Ended, subscription.Waiting) = (true, null);
    }
}
