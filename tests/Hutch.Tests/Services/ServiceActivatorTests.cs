using System.Text.Json;
using Hutch.Services;
using Hutch.Services.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Tests.Services;

/// <summary>How a type, a name and a configuration become a service.</summary>
public class ServiceActivatorTests
{
    [Fact]
    public void Names_match_whatever_their_casing_hyphens_and_underscores_and_times_are_seconds()
    {
        var service = Make<Configured>("""{ "pulse-id": 7, "EXPOSURE": 0.5, "read_out": "00:00:01.5", "Mode": "fast", "stop-timeout": 3 }""");
        Assert.Equal(("made", 7L, 0.5, TimeSpan.FromSeconds(1.5), Speed.Fast, "none"), (service.ServiceName, service.PulseId, service.Exposure.TotalSeconds, service.ReadOut, service.Mode, service.Label));
        Assert.Equal(3, service.StopTimeout.TotalSeconds);
        Assert.Equal("given", Make<Configured>("""{ "pulse_id": 7, "exposure": 1, "label": "given" }""").Label);
    }

    [Fact]
    public void The_constructor_with_most_parameters_that_can_be_filled_is_taken()
    {
        Assert.Equal("host and port", Make<Choosing>("""{ "host": "h", "port": 1 }""").Taken);
        Assert.Equal("host", Make<Choosing>("""{ "host": "h" }""").Taken);
        var error = Assert.Throws<UserErrorException>(() => Make<Choosing>("{}"));
        Assert.Contains("service made: the configuration has too few values for any constructor of ", error.Message);
        Assert.Contains("(String name, String host) or (String name, String host, Int32 port)", error.Message);
    }

    [Fact]
    public void A_constructor_may_want_the_configuration_as_a_whole_and_loggers_of_any_kind()
    {
        var whole = Make<Whole>("""{ "width": 4, "height": 2, "unit": "mm" }""");
        Assert.Equal((new Size(4, 2), "mm"), (whole.Size, whole.Unit));
        Assert.Equal(new Size(1, 1), Make<Whole>(null).Size);
        Assert.Equal("""{"width":4}""", Make<Raw>("""{"width":4}""").Given.GetRawText());
    }

    [Theory]
    [InlineData("""{ "pulse_id": "seven", "exposure": 1 }""", "service made: pulse_id = \"seven\" is not a valid Int64: ")]
    [InlineData("""{ "pulse_id": 1, "exposure": "soon" }""", "service made: exposure = \"soon\" is not a valid TimeSpan: a time is a number of seconds or a string like 00:00:01.5")]
    [InlineData("""{ "pulse_id": 1, "exposure": 1, "mode": "sideways" }""", "service made: mode = \"sideways\" is not a valid Speed: ")]
    [InlineData("""{ "pulse_id": 1, "exposure": 1, "colour": "red" }""", "service made: Configured has no setting colour; there are: ")]
    [InlineData("[1]", "service made: the configuration must be a JSON object, not Array")]
    [InlineData("""{ "pulse_id": 1, "exposure": 1, "label": "$HUTCH_NO_SUCH" }""", "the configuration of service made mentions $HUTCH_NO_SUCH, which is not set")]
    public void What_does_not_fit_is_said_with_its_name_and_value(string configuration, string message) =>
        Assert.StartsWith(message, Assert.Throws<UserErrorException>(() => Make<Configured>(configuration)).Message);

    [Fact]
    public void Variables_have_their_values_and_what_a_constructor_throws_is_thrown()
    {
        Environment.SetEnvironmentVariable("HUTCH_TEST_PLACE", "hutch 7");
        Assert.Equal("at hutch 7", Make<Configured>("""{ "pulse_id": 1, "exposure": 1, /* where */ "label": "at $HUTCH_TEST_PLACE", }""").Label);
        Assert.Equal("no light", Assert.Throws<IOException>(() => Make<Throwing>(null)).Message);
    }

    private static T Make<T>(string? configuration)
        where T : Service
    {
        var lenient = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        return (T)ServiceActivator.Create(typeof(T), "made", configuration is null ? null : JsonDocument.Parse(configuration, lenient).RootElement, NullLoggerFactory.Instance);
    }

    internal enum Speed
    {
        Slow,
        Fast,
    }

    internal sealed record Size(int Width = 1, int Height = 1);

    internal sealed class Configured(string name, long pulseId, TimeSpan exposure, string label = "none") : Counter(name)
    {
        public long PulseId => pulseId;

        public TimeSpan Exposure => exposure;

        public string Label => label;

        public TimeSpan ReadOut { get; set; }

        public Speed Mode { get; set; }
    }

    internal sealed class Choosing : Counter
    {
        public Choosing(string name, string host)
            : base(name) => Taken = host is "h" ? "host" : "";

        public Choosing(string name, string host, int port)
            : base(name) => Taken = host is "h" && port == 1 ? "host and port" : "";

        public string Taken { get; }
    }

    internal sealed class Whole(string serviceName, Size configuration, ILogger logger, ILogger<Whole> typed, ILoggerFactory loggers) : Counter(serviceName, logger)
    {
        public Size Size => typed is not null && loggers is not null ? configuration : throw new InvalidOperationException();

        public string Unit { get; set; } = "";
    }

    internal sealed class Raw(string name, JsonElement config) : Counter(name)
    {
        public JsonElement Given => config;
    }

    internal sealed class Throwing : Counter
    {
        public Throwing(string name)
            : base(name) => throw new IOException("no light");
    }
}
