using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hutch.Services;
using Hutch.Services.Logging;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Tests.Services;

public class LoggingTests
{
    [Fact]
    public void The_journal_gets_fields_and_multi_line_messages()
    {
        var path = Path.Combine(Path.GetTempPath(), $"journal-{Guid.NewGuid():N}.sock");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        journal.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            using var provider = new JournalLoggerProvider(path);
            using var loggers = LoggerFactory.Create(l => l.AddProvider(provider));
            using var cluster = new Cluster("jungfrau");
            using var node = new Node("daq1", cluster);
            var logger = loggers.CreateLogger("Some.Category");
            var service = new Counter("writer", logger) { Scope = node, Body = _ => throw new IOException("no space\nleft") };
            service.Start();
            var fields = Receive(journal);
            Assert.StartsWith("writer: no space\nleft\nSystem.IO.IOException", fields["MESSAGE"]);
            Assert.Equal("3", fields["PRIORITY"]);
            Assert.Equal("hutch", fields["SYSLOG_IDENTIFIER"]);
            Assert.Equal(("writer", "daq1", "jungfrau"), (fields["HUTCH_SERVICE"], fields["HUTCH_NODE"], fields["HUTCH_CLUSTER"]));
            Assert.Equal("Some.Category", fields["HUTCH_CATEGORY"]);
            Assert.Equal(0, provider.Lost);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_journal_that_does_not_read_holds_nobody_up()
    {
        var path = Path.Combine(Path.GetTempPath(), $"journal-{Guid.NewGuid():N}.sock");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        journal.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            using var provider = new JournalLoggerProvider(path);
            var logger = provider.CreateLogger("x");
            for (var told = 0L; told < 30; told = provider.Lost)
            {
                while (provider.Lost - told < 10)
                    logger.LogInformation("{Text}", new string('x', 10_000));
                var lost = provider.Lost - told;
                Assert.StartsWith("xxx", Receive(journal)["MESSAGE"]);
                while (journal.Available > 0)
                    Receive(journal);
                logger.LogInformation("again");
                logger.LogInformation("and again");
                Assert.Equal("again", Receive(journal)["MESSAGE"]);
                var notice = Receive(journal);
                Assert.Equal($"{lost} log records were lost: the journal did not take them", notice["MESSAGE"]);
                Assert.Equal(("4", "hutch"), (notice["PRIORITY"], notice["SYSLOG_IDENTIFIER"]));
                Assert.Equal("and again", Receive(journal)["MESSAGE"]);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    // The numbers are those of syslog(3): LOG_CRIT, LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG.
    [Theory]
    [InlineData(LogLevel.Critical, "crit", "2")]
    [InlineData(LogLevel.Error, "fail", "3")]
    [InlineData(LogLevel.Warning, "warn", "4")]
    [InlineData(LogLevel.Information, "info", "6")]
    [InlineData(LogLevel.Debug, "dbug", "7")]
    [InlineData(LogLevel.Trace, "trce", "7")]
    public void A_level_has_its_word_in_a_line_and_its_priority_in_the_journal(LogLevel level, string word, string priority)
    {
        var text = new StringWriter();
        new LineFormatter().Write(new LogEntry<string>(level, "Some.Category", default, "hello", null, (s, _) => s), null, text);
        Assert.Matches($@"^\d\d:\d\d:\d\d\.\d\d\d {word} Category: hello\n$", text.ToString());

        var path = Path.Combine(Path.GetTempPath(), $"journal-{Guid.NewGuid():N}.sock");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        journal.Bind(new UnixDomainSocketEndPoint(path));
        using var provider = new JournalLoggerProvider(path);
        provider.CreateLogger("x").Log(level, "hello");
        Assert.Equal(priority, Receive(journal)["PRIORITY"]);
        File.Delete(path);
    }

    [Fact]
    public void Without_a_journal_records_are_counted_as_lost()
    {
        using var provider = new JournalLoggerProvider("/nonexistent/socket");
        provider.CreateLogger("x").LogInformation("hello");
        Assert.Equal(1, provider.Lost);
    }

    [Fact]
    public void Lines_tell_the_service_its_node_and_cluster()
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new List<KeyValuePair<string, object?>> { new("service", "writer"), new("node", "daq1"), new("cluster", "jungfrau") });
        var text = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "A.B", default, "writer: slow disk", null, (s, _) => s);
        new LineFormatter().Write(entry, scopes, text);
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d\d\d warn writer@daq1 \(jungfrau\): slow disk\n$", text.ToString());
    }

    [Fact]
    public async Task Json_lines_carry_the_scope()
    {
        var output = Console.Out;
        var text = new StringWriter();
        Console.SetOut(text);
        try
        {
            using (var loggers = LoggerFactory.Create(l => l.AddHutch(LogFormat.Json)))
            {
                var logger = loggers.CreateLogger("category");
                using (logger.BeginScope(new ServiceIdentity("reader", "n1", null)))
                    logger.LogInformation("hello {Who}", "world");
            }
            await Task.CompletedTask;
        }
        finally
        {
            Console.SetOut(output);
        }
        var line = text.ToString().Split('\n').FirstOrDefault(l => l.Contains("hello world"));
        Assert.NotNull(line);
        var scope = JsonDocument.Parse(line).RootElement.GetProperty("Scopes")[0];
        Assert.Equal(("reader", "n1"), (scope.GetProperty("service").GetString(), scope.GetProperty("node").GetString()));
    }

    // The native protocol of the journal, read back: NAME=value, or NAME, a length and the value.
    private static Dictionary<string, string> Receive(Socket journal)
    {
        var buffer = new byte[65536];
        var bytes = buffer.AsSpan(0, journal.Receive(buffer));
        var fields = new Dictionary<string, string>();
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = Encoding.UTF8.GetString(bytes[..end]);
            bytes = bytes[(end + 1)..];
            if (line.Split('=', 2) is { Length: 2 } pair)
            {
                fields[pair[0]] = pair[1];
                continue;
            }
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
            fields[line] = Encoding.UTF8.GetString(bytes.Slice(8, length));
            bytes = bytes[(8 + length + 1)..];
        }
        return fields;
    }
}
