using System.Text.Json;
using Hutch.Tests.Bus;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Fleet;

/// <summary>Containers from the command line, with the programs as processes and a stand-in of the API of Kubernetes.</summary>
public sealed class ContainersTests
{
    private const string Token = "planted-kubernetes-token";

    [Fact]
    public async Task Containers_are_run_listed_and_stopped_from_the_command_line()
    {
        using var folder = new TemporaryFolder();
        using var certificate = new ServerCertificate();
        var redis = new RedisServer();
        await redis.InitializeAsync();
        var port = FreePort.NextBelow(22000);
        using var kubernetes = await PythonPeer.StartAsync("kubernetes_stand_in.py", $"{port}", Token, certificate.CertificateFile, certificate.KeyFile);
        string[] ring = ["--key-ring", folder["keys"]];
        File.WriteAllText(folder["containermgr.conf"], $$"""{"bus_uri": "{{redis.Url}}", "container_handlers": [{"name": "told", "handler": "trivial"}]}""");
        using var storage = ChildProcess.Start(Repository.Launcher, ["run", "storage", "--bus-uri", redis.Url, "--store", redis.Url, .. ring]);
        using var manager = ChildProcess.Start(Repository.Launcher, ["run", "container-manager", "-c", folder["containermgr.conf"], .. ring], ("HUTCH_LOG_LEVEL", "trace"));
        storage.WaitForOutput("serving");
        manager.WaitForOutput("serving");

        var options = $$"""{"server_url": "https://127.0.0.1:{{port}}", "token": "$TOKEN", "certificate_ca_path": {{JsonSerializer.Serialize(certificate.AuthorityFile)}}}""";
        using (var add = ChildProcess.Start(Repository.Launcher, ["fleet", "container-managers", "add", "pods", "--type", "kubernetes", "--options", options, "--bus", redis.Url, .. ring], ("TOKEN", Token)))
            add.Succeed();
        Assert.Contains("\"***\"", Fleet("container-managers", "list"));
        Fleet("hosts", "add", "10.0.0.1", "--no-investigate");
        Fleet("clusters", "add", "beamline");
        Fleet("clusters", "add-host", "beamline", "10.0.0.1");
        Assert.Contains("cluster beamline has no container manager; give it one with", Refused("nodes", "list", "beamline"));
        Fleet("clusters", "add", "beamline", "--container-manager", "pods");
        // What is not given stays: the container manager.
        Fleet("clusters", "add", "beamline", "--network", "default");
        using (var register = ChildProcess.Start(Repository.Launcher, ["call", "container.register_node", """{"container_manager_name": "pods", "address": "10.0.0.1"}""", "--bus", redis.Url]))
            register.Succeed();
        Assert.Matches("10.0.0.1 +unknown", Fleet("nodes", "list", "beamline"));

        Assert.Matches("receiver +10.0.0.1 +tools +waiting", Fleet(["containers", "run", "beamline", "--image", "tools", "--name", "receiver", "--env", "MODE=fast", .. ring, "--", "sleep", "1"]));
        var listed = JsonDocument.Parse(Fleet("containers", "list", "beamline", "--json")).RootElement;
        Assert.Equal("receiver", Assert.Single(listed.EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("host 10.0.0.2 is not in cluster beamline, which has 10.0.0.1", Refused("containers", "run", "beamline", "--image", "tools", "--node", "10.0.0.2"));
        Assert.Contains("there is no container nope of container manager pods; there are receiver", Refused("containers", "stop", "beamline", "nope"));
        Fleet("containers", "stop", "beamline", "receiver");
        Assert.Equal("[]", Fleet("containers", "list", "beamline", "--json").Trim());

        foreach (var program in (ChildProcess[])[manager, storage])
        {
            program.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, program.WaitForExit());
            Assert.DoesNotContain(Token, program.Everything);
        }
        await redis.DisposeAsync();

        ChildProcess Begin(string[] arguments)
        {
            var end = Array.IndexOf(arguments, "--") is >= 0 and var separator ? separator : arguments.Length;
            return ChildProcess.Start(Repository.Launcher, ["fleet", .. arguments[..end], "--bus", redis.Url, .. arguments[end..]]);
        }

        string Fleet(params string[] arguments)
        {
            using var command = Begin(arguments);
            return command.Succeed().Output;
        }

        string Refused(params string[] arguments)
        {
            using var command = Begin(arguments);
            Assert.Equal(1, command.WaitForExit());
            return command.Errors;
        }
    }
}
