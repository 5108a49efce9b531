using System.Text.RegularExpressions;

namespace Hutch.Supervision.Probes;

/// <summary>A service is ready when it has logged, or written, a line that a regular expression matches.</summary>
public sealed class LogLineProbe(string pattern) : ReadinessProbe
{
    private readonly Regex _regex = new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private Action<string>? _listener;
    private volatile bool _seen;

    /// <inheritdoc/>
    public override string Description => $"a log line that matches {pattern}";

    /// <inheritdoc/>
    public override void Begin(SupervisedService service)
    {
        _seen = false;
        service.Log.LineAdded -= _listener;
        _listener = line => _seen |= _regex.IsMatch(line);
        service.Log.LineAdded += _listener;
    }

    /// <inheritdoc/>
    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => ValueTask.FromResult(_seen);
}
