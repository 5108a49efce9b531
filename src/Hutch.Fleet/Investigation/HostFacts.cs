using System.Globalization;
using System.Text.Json.Nodes;
using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Investigation;

/// <summary>What is found out about a host: a shell prints it in lines of NAME=VALUE, and here they become facts.</summary>
internal sealed class HostFacts
{
    // Only what every Linux has. A file system counts once, however often it is mounted.
    private const string Script = """
        if [ -r /etc/os-release ]; then . /etc/os-release; fi
        echo "os=${ID:-$(uname -s)}"; echo "os_version=${VERSION_ID:-}"; echo "os_name=${PRETTY_NAME:-}"
        echo "kernel=$(uname -r)"; echo "architecture=$(uname -m)"; echo "hostname=$(uname -n)"
        echo "cpus=$(getconf _NPROCESSORS_ONLN)"
        echo "processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
        echo "memory_kb=$(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo)"
        df -kP 2>/dev/null | awk 'NR > 1 && $1 !~ /^(tmpfs|devtmpfs|udev|shm|none|proc|sysfs)$/ && !seen[$1]++ { print "disk=" $1 " " $2 " " $3 " " $6 }'
        for i in /sys/class/net/*; do n=${i##*/}; echo "net=$n $(cat $i/address 2>/dev/null || echo -) $(cat $i/mtu 2>/dev/null || echo 0) $(cat $i/speed 2>/dev/null || echo 0)"; done
        if command -v ip >/dev/null; then ip -o addr show | awk '{ print "addr=" $2 " " $4 }'; fi
        if command -v hutch >/dev/null; then echo "hutch=$(hutch --version 2>/dev/null)"; fi
        """;

    private readonly ILookup<string, string> _lines;

    private HostFacts(string printed) => _lines = printed.Split('\n').Where(l => l.Contains('=', StringComparison.Ordinal)).ToLookup(l => l[..l.IndexOf('=', StringComparison.Ordinal)], l => l[(l.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim());

    public string Os => Text("os").ToLowerInvariant();

    public int Cpus => (int)Number(Text("cpus"));

    /// <summary>In MB.</summary>
    public long Memory => Number(Text("memory_kb")) / 1024;

    /// <summary>In bytes.</summary>
    public long Space => _lines["disk"].Sum(d => Number(Word(d, 1)) * 1024);

    public static async Task<HostFacts> GatherAsync(HostShell shell, CancellationToken cancel) => Parse((await shell.RunAsync(Script, cancel).ConfigureAwait(false)).Output);

    public static HostFacts Parse(string printed) => new(printed);

    /// <summary>All that does not have an attribute of its own in the record.</summary>
    public JsonObject ToJson()
    {
        var addresses = _lines["addr"].ToLookup(a => Word(a, 0), a => Word(a, 1));
        return new JsonObject
        {
            ["os_version"] = Text("os_version"),
            ["os_name"] = Text("os_name"),
            ["kernel"] = Text("kernel"),
            ["architecture"] = Text("architecture"),
            ["hostname"] = Text("hostname"),
            ["processor"] = Text("processor"),
            ["hutch"] = Text("hutch"),
            ["disks"] = new JsonArray([.. _lines["disk"].Select(d => new JsonObject
            {
                ["device"] = Word(d, 0), ["size"] = Number(Word(d, 1)) * 1024, ["used"] = Number(Word(d, 2)) * 1024, ["mount"] = Word(d, 3),
            })]),
            ["network"] = new JsonArray([.. _lines["net"].Select(n => new JsonObject
            {
                ["name"] = Word(n, 0), ["mac"] = Word(n, 1), ["mtu"] = Number(Word(n, 2)), ["speed"] = Math.Max(0, Number(Word(n, 3))),
                ["addresses"] = new JsonArray([.. addresses[Word(n, 0)].Select(a => JsonValue.Create(a))]),
            })]),
        };
    }

    private string Text(string name) => _lines[name].FirstOrDefault() ?? "";

    private static string Word(string line, int index) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(index) ?? "";

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
