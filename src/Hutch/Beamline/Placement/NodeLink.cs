using System.Text.Json;
using Hutch.Beamline.Control;
using Hutch.Services;
using Hutch.Supervision;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline.Placement;

/// <summary>
/// The connection to what is placed on one host, made again whenever it is lost: what the services there are, as far as it is known, what they have
/// logged meanwhile, and the way for commands.
/// </summary>
internal sealed class NodeLink : IDisposable
{
    /// <summary>Five times as long as a supervisor is ever silent.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>How long it may take to start a supervisor there.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly INodeConnector _connector;
    private readonly string _folder;
    private readonly ServiceLog _log;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, RemoteView> _views = [];
    private readonly Dictionary<string, ServiceLog> _logs = [];
    private readonly Dictionary<string, string> _later = [];
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource _attempt = new();
    private TaskCompletionSource _changed = New();
    private NodeConversation? _conversation;
    private NodePart _part;
    private string? _why;
    private volatile bool _isEnding;
    private long _since;

    /// <summary>Makes it; nothing is connected before <see cref="Open"/>.</summary>
    public NodeLink(NodeEntry node, NodePart part, string folder, INodeConnector connector, ServiceLog log)
    {
        (Entry, _part, _folder, _connector, _log) = (node, part, folder, connector, log);
        DownSince = DateTimeOffset.UtcNow;
    }

    public NodeEntry Entry { get; }

    public string Host => Entry.Host!;

    /// <summary>What is placed there.</summary>
    public NodePart Part => _part;

    /// <summary>The run of the supervisor there that was seen last; null before the first connection.</summary>
    public string? Run { get; private set; }

    /// <summary>Since when it cannot be reached; null when it can.</summary>
    public DateTimeOffset? DownSince { get; private set; }

    public bool IsUp => DownSince is null;

    /// <summary>What is waited for while it cannot be reached, to follow "waits for"; null when it can.</summary>
    public string? Trouble
    {
        get
        {
            lock (_gate)
                return DownSince is { } since ? $"node {Entry.Name} ({Host}) to be reachable{(Run is null ? "" : $" again (lost at {since.ToLocalTime():HH:mm:ss})")}{(_why is null ? "" : $": {_why}")}" : null;
        }
    }

    /// <summary>Completed when anything here is different.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>Begins to connect.</summary>
    public void Open()
    {
        if (_running.IsCompleted && !_end.IsCancellationRequested)
            _running = Task.Run(ConnectAgainAndAgain);
    }

    /// <summary>What is known of a service there; null before the first connection.</summary>
    public RemoteView? Look(string service)
    {
        lock (_gate)
            return _views.GetValueOrDefault(service);
    }

    /// <summary>Says where the lines of a service go.</summary>
    public void PassLogOf(string service, ServiceLog log)
    {
        lock (_gate)
            _logs[service] = log;
    }

    /// <summary>Gives an order to the supervisor there.</summary>
    /// <returns>The run that has the order, of which from now on only what came after it is seen; null if it could not be given.</returns>
    public async Task<string?> OrderAsync(string command, string service)
    {
        NodeConversation? conversation;
        lock (_gate)
            conversation = IsUp ? _conversation : null;
        if (conversation is null)
            return null;
        try
        {
            var reply = await conversation.AskAsync(Order(command, service)).ConfigureAwait(false);
            Take(reply);
            return reply.Run;
        }
        catch (Exception error) when (error is UserErrorException or IOException)
        {
            _log.LogWarning("{Command} {Service} did not reach {Host}: {Message}", command, service, Host, error.Message);
            return null;
        }
    }

    /// <summary>Gives an order to stop or kill a service as soon as that is possible, before any other.</summary>
    public void OrderLater(string command, string service)
    {
        lock (_gate)
            _later[service] = command;
        if (!_isEnding)
            _log.LogWarning("{Service} keeps running on {Host} until the host can be reached again; then: {Command}", service, Host, command);
    }

    /// <summary>Replaces what is placed there; services whose entries did not change go on.</summary>
    public void Replace(NodePart part)
    {
        lock (_gate)
        {
            if (part.SameAs(_part))
                return;
            _part = part;
        }
        Lose("its part of the beamline is replaced");
        try
        {
            _attempt.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It pauses; the next attempt brings the new part.
        }
    }

    /// <summary>Ends the supervisor there, if it can be reached, and the connection.</summary>
    public void Dispose()
    {
        _isEnding = true;
        try
        {
            EndThere().GetAwaiter().GetResult();
        }
        finally
        {
            _end.Cancel();
            _running.GetAwaiter().GetResult();
        }
    }

    private async Task EndThere()
    {
        if (_running.IsCompleted)
            return;
        if (!IsUp || _conversation is not { } conversation)
        {
            if (Run is not null)
                _log.LogWarning("{Host} cannot be reached, and the services placed there keep running; stop them there with: hutch down {Part}; or take them over with hutch up of the same file", Host, _part.Name);
            return;
        }
        try
        {
            await conversation.AskAsync(new ControlRequest { Command = "down" }).WaitAsync(EndPatience).ConfigureAwait(false);
        }
        catch (Exception error) when (error is UserErrorException or IOException or TimeoutException)
        {
            _log.LogWarning("the supervisor on {Host} did not confirm that it ended: {Message}", Host, error.Message);
        }
    }

    private async Task ConnectAgainAndAgain()
    {
        var pause = FirstPause;
        while (!_end.IsCancellationRequested)
        {
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            _attempt = attempt;
            try
            {
                await using var connection = await _connector.ConnectAsync(Entry, _folder, attempt.Token).ConfigureAwait(false);
                using var conversation = new NodeConversation(connection);
                await Converse(conversation, () => pause = FirstPause, attempt.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (attempt.IsCancellationRequested)
            {
                if (!_end.IsCancellationRequested)
                    continue;
            }
            catch (Exception error)
            {
                // Whatever it was, a later try may be better, and the status says why this one was not.
                Lose(ErrorText.Of(error));
            }
            await Task.Delay(pause, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task Converse(NodeConversation conversation, Action connected, CancellationToken cancel)
    {
        await conversation.BeginAsync(_part, StartPatience, cancel).ConfigureAwait(false);
        _conversation = conversation;
        var watch = new ControlRequest { Command = "watch", Since = _since, Run = Run };
        var resuming = Task.CompletedTask;
        await foreach (var reply in conversation.ReadAsync(watch, Silence, cancel).ConfigureAwait(false))
        {
            Take(reply);
            if (IsUp || !resuming.IsCompleted)
                continue;
            connected();
            resuming = ResumeAsync(conversation);
        }
    }

    // What could not be said before comes first.
    private async Task ResumeAsync(NodeConversation conversation)
    {
        try
        {
            List<KeyValuePair<string, string>> later;
            lock (_gate)
                later = [.. _later];
            foreach (var (service, command) in later)
            {
                Take(await conversation.AskAsync(Order(command, service)).ConfigureAwait(false));
                lock (_gate)
                    _later.Remove(service);
            }
            lock (_gate)
            {
                if (_conversation != conversation)
                    return;
                if (_why is not null)
                    _log.LogInformation("{Host} can be reached again", Host);
                (DownSince, _why) = (null, null);
                Tell();
            }
        }
        catch (Exception error) when (error is UserErrorException or IOException)
        {
            _log.LogWarning("{Host}: {Message}", Host, error.Message);
        }
    }

    private static ControlRequest Order(string command, string service) =>
        new() { Command = command, Services = new ServiceSelector { Names = [service] }, AtOnce = true, TimeoutS = 3600 };

    private void Take(ControlReply reply)
    {
        List<(ServiceLog Log, NodeEvent Event)> records = [];
        lock (_gate)
        {
            if (reply.Run is { } run && run != Run)
            {
                // Another supervisor has taken the place of the one before, and with it all services.
                (Run, _since) = (run, 0);
                _views.Clear();
            }
            foreach (var status in reply.Services ?? [])
            {
                if (!_views.TryGetValue(status.Name, out var known) || known.Stamp < reply.Stamp)
                    _views[status.Name] = new RemoteView(status, reply.Stamp);
            }
            foreach (var e in reply.Events ?? [])
            {
                _since = Math.Max(_since, e.Number);
                records.Add((_logs.GetValueOrDefault(e.Service, _log), e));
            }
            Tell();
        }
        if (reply.Lost > 0)
            _log.LogWarning("{Count} log lines of {Host} were lost: its supervisor keeps only the latest", reply.Lost, Host);
        records.ForEach(r => r.Log.Add(r.Event.At, r.Event.Level, r.Event.Text));
    }

    private void Lose(string why)
    {
        lock (_gate)
        {
            _conversation = null;
            if (_why != why && !_isEnding)
                _log.LogWarning("{Host} cannot be reached{Meanwhile}: {Why}", Host, Run is null ? "" : ", but what runs there keeps running", why);
            _why = why;
            DownSince ??= DateTimeOffset.UtcNow;
            Tell();
        }
    }

    private void Tell()
    {
        var changed = _changed;
        _changed = New();
        changed.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What was seen of a service on another host.</summary>
/// <param name="Status">Its status there.</param>
/// <param name="Stamp">When, as the supervisor there counts.</param>
internal sealed record RemoteView(ServiceStatus Status, long Stamp);
