using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Tests.Configuration;

public class ConfigurationTests
{
    [Fact]
    public void The_minimal_configuration_of_the_deployed_program_is_enough()
    {
        var configuration = Read("""{ "instrument": "POWGEN", "CONDA_ENV": "mantid-dev" }""", out var unknown);
        Assert.Empty(unknown);
        Assert.Equal(("PG3", "/SNS/PG3/shared/livereduce", 30, true, AccumulationMethod.Add, 70, 1, 60, 300, "mantid-dev"),
            (configuration.Instrument, configuration.ScriptDir, configuration.UpdateEvery, configuration.PreserveEvents, configuration.AccumMethod,
                configuration.SystemMemLimitPerc, configuration.MemCheckIntervalSec, configuration.WatchdogInterval, configuration.WatchdogThreshold, configuration.CondaEnv));
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once_and_a_wrong_method_with_those_that_there_are()
    {
        var error = Assert.Throws<UserErrorException>(() => Read("""
            { "instrument": "X", "accum_method": "Sum", "update_every": "soon", "watchdog": { "threshold": 5 }, "spectra": [1.5], "listener": "kafka:x" }
            """, out _));
        foreach (var told in new[] { "\"Sum\", but must be one of: Add, Replace, Append", "update_every is \"soon\"", "watchdog.threshold is 5", "spectra is [1.5]", "listener is \"kafka:x\"" })
            Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_keys_are_named()
    {
        Read("""{ "instrument": "X", "updte_every": 3, "watchdog": { "treshold": 30 } }""", out var unknown);
        Assert.Equal(["updte_every", "watchdog.treshold"], unknown);
    }

    [Theory]
    [InlineData("# SASL\nsecurity.protocol = SASL_PLAINTEXT\nsasl.mechanisms=PLAIN\nsasl.username=u\nsasl.password=a=planted", null)]
    [InlineData("security.protocol", ":1: a property of librdkafka is name=value")]
    [InlineData("\nsasl.pasword=planted", "sasl.pasword")]
    [InlineData("security.protocol=planted", "security.protocol")]
    public void What_brokers_need_is_in_a_file_as_kcat_has_it_and_never_shown(string properties, string? wrong)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, properties);
            var json = $$"""{ "instrument": "X", "listener": "kafka://b/X_events", "kafka_config": "{{file}}" }""";
            var shown = wrong is null ? ReductionConfigurationFile.ToJson(Read(json, out _)) : Assert.Throws<UserErrorException>(() => Read(json, out _)).Message;
            Assert.Contains(wrong ?? file, shown, StringComparison.Ordinal);
            Assert.DoesNotContain("sasl.password", shown, StringComparison.Ordinal);
            if (wrong?.Contains("protocol", StringComparison.Ordinal) != true)
                Assert.DoesNotContain("planted", shown, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("adara://bl11a-sms", null)]
    [InlineData("adara://127.0.0.1:31416", "now")]
    [InlineData("adara://[::1]:31416", "2026-05-01T12:00:00Z")]
    [InlineData("adara://", null, "listener is \"adara://\"")]
    [InlineData("adara://host:99999", null, "must be adara://host or adara://host:port")]
    [InlineData("adara://host/path", null, "must be adara://host or adara://host:port")]
    [InlineData("adara://host", "yesterday", "start_time is \"yesterday\"")]
    public void A_stream_management_service_has_a_host_and_a_start(string listener, string? start, string? wrong = null)
    {
        var json = $$"""{ "instrument": "X", "listener": "{{listener}}", "start_time": {{(start is null ? "null" : $"\"{start}\"")}}, "keep_paused_events": true }""";
        if (wrong is not null)
        {
            Assert.Contains(wrong, Assert.Throws<UserErrorException>(() => Read(json, out _)).Message, StringComparison.Ordinal);
            return;
        }
        var configuration = Read(json, out var unknown);
        Assert.Empty(unknown);
        Assert.Equal((listener, start == "now", start?.StartsWith('2') == true, true), (configuration.Listener, configuration.StartNow, configuration.StartTime is not null, configuration.KeepPausedEvents));
    }

    [Fact]
    public void The_instrument_comes_from_a_properties_file_where_the_configuration_names_none()
    {
        var properties = Path.GetTempFileName();
        File.WriteAllText(properties, "# local\ninstrument = NOMAD\n");
        Environment.SetEnvironmentVariable("HUTCH_PROPERTIES", properties);
        try
        {
            Assert.Equal("NOM", Read("{}", out _).Instrument);
        }
        finally
        {
            Environment.SetEnvironmentVariable("HUTCH_PROPERTIES", null);
            File.Delete(properties);
        }
        Assert.Contains("instrument is missing", Assert.Throws<UserErrorException>(() => Read("{}", out _)).Message, StringComparison.Ordinal);
    }

    private static ReductionConfiguration Read(string json, out IReadOnlyList<string> unknown)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            return ReductionConfigurationFile.Read(file, out unknown);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
