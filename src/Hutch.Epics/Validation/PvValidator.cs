using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hutch.Bus.Requests;
using Hutch.Epics.Writing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Epics.Validation;

/// <summary>
/// Checks the files that a primary service wrote, and appends to the run log that a request names: what was asked for, how long it took, what the
/// file holds, or why there is none. The lines are those of std-daq's EPICS validator.
/// </summary>
public sealed class PvValidator : IRequestHandler
{
    // The start of a request is heard on another queue than its end, which may be a little ahead.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);
    private const int MostRemembered = 1000;

    private readonly string _primary;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, Started> _started = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    /// <summary>Makes a validator.</summary>
    /// <param name="primary">The name of the primary service.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    public PvValidator(string primary, ILogger? logger = null) => (_primary, _logger) = (primary, logger ?? NullLogger.Instance);

    /// <summary>Files that were checked.</summary>
    public long Files { get; private set; }

    /// <summary>Hears a status of any service; notes the start and the failure of the primary one.</summary>
    public void OnStatus(RequestStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (status.Source != _primary)
            return;
        if (status.Action == RequestAction.Start)
        {
            if (_started.Count > MostRemembered)
                _started.Clear();   // requests whose end was never heard
            if (TryRead(status.Request) is { } request)
                Append(request, $"[{_primary}] Processing of {status.RequestId} started in service {_primary}.\n"
                    + $"[{_primary}] Requesting file {request.OutputFile} for pulse_id range {request.StartPulseId} to {request.StopPulseId} with {request.Channels.Count} channels.\n");
            Of(status.RequestId).Begin();
        }
        else if (status.Action == RequestAction.Fail)
        {
            _started.TryRemove(status.RequestId, out _);
            if (TryRead(status.Request) is { } request)
                Append(request, $"[{_primary}] Request {status.RequestId} failed. Error:\n{status.Message}\n");
        }
    }

    /// <inheritdoc/>
    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        ArgumentNullException.ThrowIfNull(request);
        var wanted = request.Read<WriteRequest>();
        var started = Of(requestId);
        await Task.WhenAny(started.Begun, Task.Delay(StartPatience, kill)).ConfigureAwait(false);
        _started.TryRemove(requestId, out _);
        IReadOnlyList<string> analysis;
        UserErrorException? failure = null;
        try
        {
            analysis = PvFileCheck.Analyse(wanted);
        }
        catch (UserErrorException error)
        {
            (analysis, failure) = ([$"Could not process output file: {error.Message}"], error);
        }
        Append(wanted, string.Create(CultureInfo.InvariantCulture, $"[{_primary}] Request {requestId} completed in {started.Elapsed.TotalSeconds:0.00} seconds.\n")
            + $"[{_primary}] Output file analysis:\n" + string.Concat(analysis.Select(l => $"\t{l}\n")));
        Files++;
        return failure is null ? new { output_file = wanted.OutputFile, analysis } : throw failure;
    }

    private Started Of(string id) => _started.GetOrAdd(id, _ => new Started());

    private static WriteRequest? TryRead(JsonElement? content)
    {
        try
        {
            return content is { } json ? new Request { Content = json, Headers = new Dictionary<string, object?>(), Tag = "" }.Read<WriteRequest>() : null;
        }
        catch (UserErrorException)
        {
            return null;   // the primary service says what is wrong with it
        }
    }

    private void Append(WriteRequest request, string text)
    {
        if (request.RunLogFile is not { Length: > 0 } file)
            return;
        try
        {
            lock (_writing)
                File.AppendAllText(file, text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("the run log {File} cannot be written: {Reason}", file, error.Message);
        }
    }

    private sealed class Started
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _at = Stopwatch.GetTimestamp();

        public Task Begun => _begun.Task;

        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_at);

        public void Begin()
        {
            _at = Stopwatch.GetTimestamp();
            _begun.TrySetResult();
        }
    }
}
