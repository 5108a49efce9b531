using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary>Says on standard error what an action waits for: each line once, and again when it changes.</summary>
internal sealed class WaitingLines
{
    private HashSet<string> _shown = [];

    public void Show(IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Where(l => !_shown.Contains(l)))
            Console.Error.WriteLine(line);
        _shown = [.. lines];
    }

    /// <summary>Shows what is waited for until the action is complete.</summary>
    /// <returns>The other replies.</returns>
    /// <exception cref="UserErrorException">The action failed.</exception>
    public IReadOnlyList<ControlReply> Follow(IEnumerable<ControlReply> replies)
    {
        var others = new List<ControlReply>();
        foreach (var reply in replies)
        {
            if (reply.Waiting is { } lines)
                Show(lines);
            else
                others.Add(reply);
        }
        return others;
    }
}
