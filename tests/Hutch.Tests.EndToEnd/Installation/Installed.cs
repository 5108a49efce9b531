using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>A service of a test in the box, of one of the kinds that can be installed. It ticks in a folder of its own.</summary>
internal sealed class Installed
{
    public static readonly string[] Kinds = ["program", "class", "method", "script", "beamline"];

    public Installed(string kind, string suffix = "")
    {
        Kind = kind;
        Name = $"test-{kind}{suffix}";
        Folder = $"/srv/{Name} ticks";
        Box.Shell("mkdir -p \"$1\"", Folder);
    }

    public string Kind { get; }

    public string Name { get; }

    public string Folder { get; }

    /// <summary>The arguments of hutch install.</summary>
    public IReadOnlyList<string> Arguments => Kind switch
    {
        "program" => ["udp-simulator", "--config", Path.Combine(Repository.Root, "examples", "beamline-detector.json"), "--images", "0", "--service-name", Name, "--watchdog", "2"],
        "class" => [$"Ticker={Box.Assembly("UnitWorker")}", "--folder", Folder, "--service-name", Name, "--watchdog", "2"],
        "method" => [$"{Box.Assembly("UnitWorker")}:Methods.Run", Folder, "--service-name", Name, "--watchdog", "2"],
        "script" => ["--service-name", Name, "--watchdog", "2", "--", Repository.Peer("unit_ticker.py"), Folder],
        "beamline" => [Beamline(), "--service-name", Name, "--watchdog", "2"],
        _ => throw new ArgumentException(Kind),
    };

    public string MainPid => Box.Property(Name, "MainPID");

    /// <summary>Does to it what must make its manager restart it. On a busy machine a watchdog this short may restart it once more.</summary>
    public void RestartsAfter(Action trouble)
    {
        var before = Box.Property(Name, "NRestarts");
        trouble();
        Box.Await("[ \"$(systemctl show \"$1\" --property NRestarts --value)\" -gt \"$2\" ]", () => Box.Story(Name), Name, before);
    }

    public void Install() => Box.Hutch(["install", .. Arguments]).Succeed();

    public Answer Manage(params string[] mode) => Box.Hutch(["manage", Name, .. mode]);

    /// <summary>Waits until it works: ticks are added.</summary>
    public void AssertWorks()
    {
        Box.AwaitProperty(Name, "ActiveState", "active");
        if (Kind != "program")
            Box.Await("[ \"$before\" ] && [ $(wc -l < \"$1/ticks\") -gt $before ] || { before=$(wc -l < \"$1/ticks\"); false; }", () => Manage("status").Everything, Folder);
    }

    /// <summary>Makes it hang: in its work where that can be told to, else the process as a whole.</summary>
    public void Hang()
    {
        if (Kind is "program" or "beamline")
            Box.Shell($"kill -STOP {MainPid}");
        else
            Box.Shell("touch \"$1/hang\"", Folder);
    }

    private string Beamline() => Box.Write($"{Folder}/line.json", $$"""
        // A service of a class, which does not start with the others, would not tick.
        { "name": "{{Name}}", "services": [{ "name": "ticker", "type": "UnitWorker.Ticker", "assembly": "{{Box.Assembly("UnitWorker")}}", "configuration": { "folder": "{{Folder}}" } }] }
        """);
}
