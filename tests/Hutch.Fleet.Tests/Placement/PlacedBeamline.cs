using System.Text.Json.Nodes;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Placement;

/// <summary>A beamline file that the hutch command of this machine runs, with services on hosts.</summary>
internal sealed class PlacedBeamline : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly (string, string?)[] _environment;

    public PlacedBeamline(string text, params (string, string?)[] environment)
    {
        _environment = environment;
        Write(text);
    }

    public string FilePath => _folder["beamline.json"];

    public string this[string file] => _folder[file];

    /// <summary>The hutch program, whose files hosts see too.</summary>
    public static string Program => Path.Combine(Repository.Root, "artifacts", "hutch", "Hutch.Cli");

    /// <summary>The keys of a node that is on a host.</summary>
    public static string On(TestHost host, string? program = null) => $$"""
        "host": "{{host.Address}}", "hutch": "{{program ?? Program}}", "folder": "/tmp/placed",
        "ssh": { "user": "root", "identity_file": "{{host.KeyFile}}", "host_keys": "accept-new", "options": { "UserKnownHostsFile": "\"{{host.KeyFile}}.known\"", "GlobalKnownHostsFile": "/dev/null", "IdentitiesOnly": "yes", "IdentityAgent": "none" } }
        """;

    public void Write(string text) => File.WriteAllText(FilePath, text);

    public ChildProcess Hutch(params string[] arguments) => ChildProcess.Start(Program, arguments, [("HUTCH_RUNTIME_DIR", _folder["run"]), .. _environment]);

    public string Succeed(params string[] arguments)
    {
        using var hutch = Hutch(arguments);
        return hutch.Succeed().Output;
    }

    public JsonObject Service(string name) => JsonNode.Parse(Succeed("services", name, "--json"))!.AsArray().Single()!.AsObject();

    public void WaitFor(string name, Func<JsonObject, bool> condition, string what)
    {
        JsonObject? last = null;
        Wait.Until(() => condition(last = Service(name)), () => $"{name}: {what}: {last}\n{File.ReadAllText(Directory.GetFiles(_folder["run"], "*.log").Single())}");
    }

    public void Dispose()
    {
        using (var down = Hutch("down"))
            down.WaitForExit();
        _folder.Dispose();
    }
}
