using System.Threading.Channels;
using Hutch.Native.Processes;

namespace Hutch.Services.Processes;

/// <summary>The child's end of the control channel.</summary>
internal sealed class ParentLink : IDisposable
{
    /// <summary>The variable that tells a process that it is a child and talks to its parent.</summary>
    public const string Variable = "HUTCH_CONTROL_FD";

    /// <summary>The variable that tells a child how often its parent wants a heartbeat, in ms.</summary>
    public const string PeriodVariable = "HUTCH_REPORT_MS";

    /// <summary>Log records that wait for the parent to read; what exceeds it is dropped and counted, never waited for.</summary>
    private const int Backlog = 10_000;

    private readonly ControlChannel _channel = new(ChildProcess.ControlDescriptor);
    private readonly Channel<ControlMessage> _outgoing = Channel.CreateUnbounded<ControlMessage>(new() { SingleReader = true });
    private readonly Task _sending;
    private int _waiting;
    private long _dropped;

    private ParentLink(TimeSpan reportPeriod)
    {
        ReportPeriod = reportPeriod;
        _sending = Task.Run(SendAll);
    }

    private static readonly Lazy<ParentLink?> Only = new(TryConnect);

    /// <summary>The link to the parent that supervises this process, or null.</summary>
    public static ParentLink? Current => Only.Value;

    /// <summary>How often the parent wants a heartbeat.</summary>
    public TimeSpan ReportPeriod { get; }

    /// <summary>Whether less is enough while nothing happens: no limit asks for more.</summary>
    public bool MayRest => ReportPeriod == ProcessService.LongestReportPeriod;

    /// <summary>Called when the parent asks for the end, or is gone.</summary>
    public event Action? StopAsked;

    private static ParentLink? TryConnect()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            return null;
        var period = int.TryParse(Environment.GetEnvironmentVariable(PeriodVariable), out var ms) ? TimeSpan.FromMilliseconds(ms) : ProcessService.LongestReportPeriod;
        Environment.SetEnvironmentVariable(Variable, null); // not for the processes started from here
        Environment.SetEnvironmentVariable(PeriodVariable, null);
        return ControlDescriptor.Take() ? new ParentLink(period) : null;
    }

    /// <summary>Receives the message that says what to host.</summary>
    public ControlMessage? ReceiveHost() => _channel.Receive();

    /// <summary>Begins to listen for the parent's wish, with a thread that sleeps until there is one.</summary>
    public void Listen() => new Thread(() =>
    {
        try
        {
            while (_channel.Receive() is { } message && message.Verb != ControlVerb.Stop)
            {
            }
        }
        catch (InvalidDataException)
        {
            // A parent that talks nonsense is as good as none.
        }
        StopAsked?.Invoke();
    }) { Name = "parent", IsBackground = true }.UnsafeStart();

    /// <summary>Sends a message without waking up another thread for it, if no other waits before it and the parent reads.</summary>
    public void SendFromHere(ControlMessage message)
    {
        try
        {
            if (Volatile.Read(ref _waiting) == 0 && _channel.TrySend(message))
                return;
        }
        catch (IOException)
        {
            return;   // the parent is gone, and this process is about to be
        }
        Send(message);
    }

    public void Send(ControlMessage message)
    {
        if (message.Verb == ControlVerb.Log && Volatile.Read(ref _waiting) >= Backlog)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        Interlocked.Increment(ref _waiting);
        _outgoing.Writer.TryWrite(message);
    }

    public void SendFailure(Exception error) => Send(new ControlMessage
    {
        Verb = ControlVerb.State,
        State = ServiceState.Failed,
        Text = error.Message,
        Error = error is UserErrorException ? null : error.ToString(),
        IsUserError = error is UserErrorException,
    });

    /// <summary>Sends what waits, for a few seconds at most.</summary>
    public void Dispose()
    {
        _outgoing.Writer.TryComplete();
        _sending.Wait(TimeSpan.FromSeconds(2));
        _channel.Dispose();
    }

    private async Task SendAll()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync())
            {
                Interlocked.Decrement(ref _waiting);
                _channel.Send(message);
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                {
                    _channel.Send(new ControlMessage
                    {
                        Verb = ControlVerb.Log,
                        Level = Microsoft.Extensions.Logging.LogLevel.Warning,
                        Text = $"{dropped} log records were dropped: the parent does not read them fast enough",
                    });
                }
            }
        }
        catch (IOException)
        {
            // The parent is gone, and this process is about to be.
        }
    }
}
