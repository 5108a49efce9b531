using System.CommandLine;
using Hutch.Hosting;
using Hutch.Store;
using Hutch.Tests.Servers;
using Hutch.Tests.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Hosting;

/// <summary>Arguments win over the environment, the environment over the file, the file over defaults: one row each.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch startup ").FullName;

    [Theory]
    // what            arguments                       environment                  file                            result
    [InlineData("name", "--service-name arg",          "SERVICE_NAME=env",          "{\"service-name\": \"file\"}", "arg")]
    [InlineData("name", "--service_name arg",          "SERVICE_NAME=env",          "{}",                           "arg")]
    [InlineData("name", "",                            "SERVICE_NAME=env",          "{\"service_name\": \"file\"}", "env")]
    [InlineData("name", "",                            "SERVICE_NAME=",             "{\"service_name\": \"file\"}", "file")]
    [InlineData("name", "",                            "",                          "{}",                           "default")]
    [InlineData("bus", "--bus-uri redis://arg",        "BROKER_HOST=env",           "{\"bus-uri\": \"amqp://f\"}",  "redis://arg")]
    [InlineData("bus", "--broker_url arg",             "BROKER_HOST=env",           "{}",                           "amqp://arg")]
    [InlineData("bus", "--bus memory://",              "",                          "{}",                           "memory://")]
    [InlineData("bus", "",                             "BROKER_HOST=env:5673",      "{\"bus-uri\": \"amqp://f\"}",  "amqp://env:5673")]
    [InlineData("bus", "",                             "",                          "{\"bus-uri\": \"amqp://f\"}",  "amqp://f")]
    [InlineData("bus", "",                             "",                          "{}",                           "amqp://127.0.0.1")]
    [InlineData("exchange", "--bus-exchange arg",      "",                          "{\"bus_exchange\": \"file\"}", "arg")]
    [InlineData("exchange", "",                        "",                          "{\"bus_exchange\": \"file\"}", "file")]
    [InlineData("exchange", "",                        "",                          "{}",                           "commissaire")]
    [InlineData("level", "--log-level error",          "LOG_LEVEL=debug",           "{\"log-level\": \"warning\"}", "Error")]
    [InlineData("level", "--log_level CRITICAL",       "",                          "{}",                           "Critical")]
    [InlineData("level", "",                           "LOG_LEVEL=DEBUG",           "{\"log-level\": \"warning\"}", "Debug")]
    [InlineData("level", "",                           "",                          "{\"log-level\": \"warning\"}", "Warning")]
    [InlineData("level", "",                           "",                          "{\"debug\": true}",            "Debug")]
    [InlineData("level", "",                           "",                          "{}",                           "Information")]
    [InlineData("store", "--store redis://arg",        "REDIS_HOST=env",            "{\"store\": \"redis://f\"}",   "redis://arg:6379/0")]
    [InlineData("store", "--redis_url arg:7000",       "",                          "{}",                           "redis://arg:7000/0")]
    [InlineData("store", "--store redis://arg",        "REDIS_SKIP=true",           "{}",                           "redis://arg:6379/0")]
    [InlineData("store", "",                           "REDIS_HOST=env",            "{\"store\": \"redis://f\"}",   "redis://env:6379/0")]
    [InlineData("store", "",                           "REDIS_HOST=env REDIS_PORT=7", "{}",                         "redis://env:7/0")]
    [InlineData("store", "",                           "REDIS_PORT=7",              "{}",                           "redis://127.0.0.1:7/0")]
    [InlineData("store", "",                           "REDIS_SKIP=False",          "{}",                           "redis://127.0.0.1:6379/0")]
    [InlineData("store", "",                           "REDIS_HOST=env REDIS_SKIP=1", "{\"store\": \"redis://f\"}", "none")]
    [InlineData("store", "",                           "REDIS_HOST=env REDIS_SKIP=false", "{}",                     "redis://env:6379/0")]
    [InlineData("store", "",                           "",                          "{\"store\": \"redis://f\"}",   "redis://f:6379/0")]
    [InlineData("store", "",                           "",                          "{}",                           "none")]
    public async Task The_first_that_says_something_wins(string what, string arguments, string environment, string file, string expected)
    {
        await using var setup = await Prepare($"{arguments} -c -", environment, file);
        Assert.Equal(expected, what switch
        {
            "name" => setup.ServiceName,
            "bus" => setup.BusUri,
            "exchange" => setup.BusExchange,
            "level" => setup.LogLevel.ToString(),
            _ => setup.Store?.Address ?? "none",
        });
    }

    [Fact]
    public async Task A_service_without_any_name_gets_a_random_one()
    {
        await using var setup = await Startup.PrepareAsync(new StartupArguments(), new StartupDefaults(), _ => null, TextReader.Null, default);
        Assert.True(Guid.TryParse(setup.ServiceName, out _));
    }

    [Fact]
    public async Task A_password_from_the_environment_opens_the_store_and_is_not_in_its_address()
    {
        var server = new RedisServer();
        await server.StartAsync();
        RedisPassword.Set(server, "s/c:r@t");
        await using var setup = await Prepare($"--store redis://127.0.0.1:{server.Port}", "REDIS_PASSWORD=s/c:r@t", "{}");
        await setup.Store!.SetTextAsync("k", "v", cancel: default);
        Assert.Equal($"redis://127.0.0.1:{server.Port}/0", setup.Store!.Address);
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("--log-level loud", "", "{}", "'loud'")]
    [InlineData("", "REDIS_PORT=70000", "{}", "REDIS_PORT is '70000'")]
    [InlineData("", "", "{\"log_level\": 3}", "'log_level' is 3")]
    [InlineData("--store mongodb://host", "", "{}", "mongodb")]
    [InlineData("", "", "[1]", "is a JSON array")]
    [InlineData("", "", "{\"a\": }", "line 1")]
    [InlineData("", "", "{\"a-b\": 1, \"a_b\": 2}", "'a_b' twice")]
    public async Task What_is_wrong_is_named(string arguments, string environment, string file, string says)
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Prepare($"{arguments} -c -", environment, file));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_may_have_comments_and_its_hyphens_become_underscores_at_every_depth()
    {
        var path = Path.Combine(_folder, "my config.json");
        await File.WriteAllTextAsync(path, """
            {
              // the bus
              "bus-uri": "redis://host", /* and */
              "storage-handlers": [{"server-url": "http://a-b", "n": 12345678901234567890, }],
            }
            """);
        await using var setup = await Startup.PrepareAsync(new StartupArguments { ConfigFile = path }, new StartupDefaults(), _ => null, TextReader.Null, default);
        Assert.Equal("""{"bus_uri":"redis://host","storage_handlers":[{"server_url":"http://a-b","n":12345678901234567890}]}""", setup.Config.ToJsonString());
        Assert.Equal(setup.Config.ToJsonString(), setup.ConfigText);
        Assert.Equal(path, setup.ConfigSource);
    }

    [Fact]
    public async Task A_strict_file_is_kept_as_it_was_written_and_hyphens_may_be_data()
    {
        var text = """{ "ioc-1:pv": {"a-b": 1} }""";
        await using var setup = await Startup.PrepareAsync(
            new StartupArguments { ConfigFile = "-" }, new StartupDefaults { HyphensToUnderscores = false }, _ => null, new StringReader(text), default);
        Assert.Equal(text, setup.ConfigText);
        Assert.Equal(1, (int?)setup.Config["ioc-1:pv"]?["a-b"]);
    }

    [Fact]
    public async Task A_file_that_was_named_must_be_there_and_a_default_one_need_not()
    {
        var missing = Path.Combine(_folder, "missing.json");
        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            Startup.PrepareAsync(new StartupArguments { ConfigFile = missing }, new StartupDefaults(), _ => null, TextReader.Null, default));
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);

        var defaults = new StartupDefaults { ConfigFile = missing };
        await using (var without = await Startup.PrepareAsync(new StartupArguments(), defaults, _ => null, TextReader.Null, default))
            Assert.Equal("none", without.ConfigSource);
        await File.WriteAllTextAsync(missing, """{"a": 1}""");
        await using var with = await Startup.PrepareAsync(new StartupArguments(), defaults, _ => null, TextReader.Null, default);
        Assert.Equal(1, (int?)with.Config["a"]);
    }

    [Fact]
    public async Task Without_a_file_the_configuration_comes_from_the_store_or_is_empty()
    {
        var url = $"sqlite://{_folder}/store.db";
        await using (var store = Stores.Open(url))
            await store.SetTextAsync("config.known", """{"log-level": "error", "n": 1}""");
        var arguments = new StartupArguments { Store = url, ServiceName = "known" };

        await using (var known = await Startup.PrepareAsync(arguments, new StartupDefaults(), _ => null, TextReader.Null, default))
        {
            Assert.Equal(1, (int?)known.Config["n"]);
            Assert.Equal(LogLevel.Error, known.LogLevel);
            Assert.Equal($"key config.known in {url}", known.ConfigSource);
        }
        await using (var given = await Startup.PrepareAsync(arguments with { ConfigFile = "-" }, new StartupDefaults(), _ => null, new StringReader("{}"), default))
            Assert.Empty(given.Config);
        await using var unknown = await Startup.PrepareAsync(arguments with { ServiceName = "unknown" }, new StartupDefaults(), _ => null, TextReader.Null, default);
        Assert.Equal("{}", unknown.ConfigText);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_an_error_that_names_the_ways_out()
    {
        var arguments = new StartupArguments { Store = $"sqlite://{_folder}/file/store.db", ServiceName = "x" };
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        var error = await Assert.ThrowsAsync<UserErrorException>(() =>
            Startup.PrepareAsync(arguments, new StartupDefaults { StoreTimeout = TimeSpan.FromMilliseconds(300) }, _ => null, TextReader.Null, default));
        Assert.Contains("--config-file", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<ServiceSetup> Prepare(string arguments, string environment, string input)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        var options = new StartupOptions();
        var command = new Command("program");
        options.AddTo(command);
        var parsed = command.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(parsed.Errors);
        return Startup.PrepareAsync(options.Read(parsed), new StartupDefaults { ServiceName = "default" },
            name => variables.GetValueOrDefault(name), new StringReader(input), default);
    }
}
