using Hutch.Native.Processes;

namespace Hutch.Cli.Chaos;

/// <summary>What is done to whom in a round.</summary>
/// <param name="Victim">The service whose process gets the signal.</param>
/// <param name="Signal">SIGKILL or SIGSTOP.</param>
/// <param name="AtImage">How many images are written before.</param>
/// <param name="StoppedFor">How long a stopped process stands still.</param>
internal sealed record ChaosPlan(string Victim, int Signal, int AtImage, TimeSpan StoppedFor)
{
    public string Deed => Signal == Signals.SIGKILL ? $"kill {Victim}" : FormattableString.Invariant($"stop {Victim} for {StoppedFor.TotalSeconds:0.0} s");

    /// <summary>Draws the rounds: each service is killed once and stopped once, in a random order, before one has its second turn.</summary>
    /// <param name="seed">The same seed gives the same rounds.</param>
    /// <param name="services">The services, in a fixed order.</param>
    /// <param name="images">The images of an acquisition.</param>
    public static IEnumerable<ChaosPlan> Draw(int seed, IReadOnlyList<string> services, int images)
    {
        var random = new Random(seed);
        while (true)
        {
            var turn = services.SelectMany(s => new[] { (s, Signals.SIGKILL), (s, Signals.SIGSTOP) }).ToArray();
            random.Shuffle(turn);
            foreach (var (victim, signal) in turn)
                yield return new ChaosPlan(victim, signal, random.Next(1, Math.Max(2, images)), TimeSpan.FromSeconds(0.2 + (random.NextDouble() * 2.8)));
        }
    }
}
