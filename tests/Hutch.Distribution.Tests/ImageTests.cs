using System.Text.Json;
using Hutch.Tests.Servers;

namespace Hutch.Distribution.Tests;

/// <summary>The container image, beside a Redis and a RabbitMQ.</summary>
public class ImageTests(Image image, RedisServer redis, RabbitMqServer broker) : IClassFixture<Image>, IClassFixture<RedisServer>, IClassFixture<RabbitMqServer>
{
    [Fact]
    public void A_request_client_in_Python_drives_a_service_in_a_container_whose_configuration_is_in_Redis()
    {
        Redis("set config.lab.countdown '{\"seconds\": 1}'");
        var dotnet = image.Shell("dirname \"$(readlink -f \"$(command -v dotnet)\")\"");
        using var container = image.Run("countdown",
            $"-e SERVICE_NAME=lab.countdown -e REDIS_HOST=127.0.0.1 -e REDIS_PORT={redis.Port} -e DOTNET_ROOT=/dotnet -v {dotnet}:/dotnet:ro "
            + $"-v \"{Path.GetDirectoryName(Repository.Built("RequestsPrimary"))}\":/app:ro",
            $"/app/RequestsPrimary -c /std_daq_service/config.json --bus-uri amqp://127.0.0.1:{broker.Port} --tag lab.countdown");
        image.AwaitHealth("countdown", container);
        container.WaitForOutput("listens to lab.countdown");

        using var client = ChildProcess.Peer("std_daq_client.py", $"{broker.Port}", "lab.countdown");
        client.WaitForOutput("ready");
        client.WriteLine("""{"send": {"seconds": 1}}""");
        client.WaitForOutput("\"action\": \"request_success\".*counted 1 s");

        Assert.Equal("{\"seconds\": 1}", image.Shell("podman exec countdown cat /std_daq_service/config.json"));
        Assert.Equal("10001", image.Shell("podman exec countdown id -u"));
        Assert.Contains("lab.countdown", Redis("hgetall status.lab.countdown"), StringComparison.Ordinal);
        Assert.InRange(int.Parse(Redis("ttl status.lab.countdown"), null), 1, 15);
        image.Shell("podman stop -t 30 countdown > /dev/null");
        Assert.Equal(0, container.WaitForExit());
    }

    [Fact]
    public void A_program_runs_by_its_name_with_the_file_that_is_mapped()
    {
        var config = Path.Combine(image.Place, "config.json");
        File.Copy(Path.Combine(Repository.Root, "examples", "beamline-detector.json"), config);
        using var container = image.Run("simulator",
            $"-e PROGRAM=udp-simulator -e REDIS_SKIP=true -v {config}:/std_daq_service/config.json:ro", "");
        image.AwaitHealth("simulator", container);

        // What makes no progress renews nothing, and is not healthy.
        image.Shell("""
            pid=$(podman inspect --format '{{.State.Pid}}' simulator)
            kill -STOP $pid
            podman exec simulator touch -d '1 minute ago' /run/hutch/health
            ! podman healthcheck run simulator
            kill -CONT $pid
            """);
        image.Shell("podman stop -t 30 simulator > /dev/null");
        Assert.Equal(0, container.WaitForExit());
    }

    [Fact]
    public void Without_a_program_or_a_server_it_says_what_misses()
    {
        using (var nothing = image.Run("nothing", "", ""))
        {
            Assert.Equal(1, nothing.WaitForExit());
            Assert.Contains("hutch image: nothing to run: set PROGRAM to a program of 'hutch run --help', or give a command, such as: hutch demo\n", nothing.Errors, StringComparison.Ordinal);
        }

        using var closed = image.Run("refused", $"-e SERVICE_NAME=a -e REDIS_PORT={redis.Port} -e REDIS_PASSWORD=wrong", "hutch --version");
        Assert.Equal(1, closed.WaitForExit());
        Assert.Contains("Redis refuses REDIS_PASSWORD", closed.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public void The_demonstration_of_the_compose_file_runs()
    {
        using var compose = JsonDocument.Parse(image.Shell("python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' \"$REPOSITORY/eng/image/compose.yaml\""));
        var beamline = compose.RootElement.GetProperty("services").GetProperty("beamline");
        var command = string.Join(' ', beamline.GetProperty("command").EnumerateArray().Select(word => word.GetString()));
        var environment = string.Join(' ', beamline.GetProperty("environment").EnumerateObject().Select(v => $"-e {v.Name}={v.Value}"));
        Assert.Equal("hutch", beamline.GetProperty("image").GetString());

        using var container = image.Run("beamline", $"--shm-size {beamline.GetProperty("shm_size")} {environment} -e REDIS_PORT={redis.Port}", command);
        image.AwaitHealth("beamline", container);
        Wait.Until(() => image.Shell("curl -s http://127.0.0.1:5000/writer/status || true").Contains("state", StringComparison.Ordinal), container.ToString);
        Assert.Contains("demo.beamline", Redis("hgetall status.demo.beamline"), StringComparison.Ordinal);
        image.Shell("podman stop -t 60 beamline > /dev/null");
        Assert.Equal(0, container.WaitForExit());
    }

    private string Redis(string command) => image.Shell($"redis-cli -h 127.0.0.1 -p {redis.Port} {command}");
}
