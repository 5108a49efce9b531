using System.Diagnostics;
using Hutch.Native.Zmq;

namespace Hutch.Native.Tests.Zmq;

public class ZmqSocketTests
{
    [Fact]
    public void Messages_in_parts_go_to_and_come_from_pyzmq()
    {
        using var pull = new ZmqSocket(ZmqSocketType.Pull) { ReceiveTimeout = TimeSpan.FromSeconds(30) };
        pull.Bind("tcp://127.0.0.1:*");
        using var push = new ZmqSocket(ZmqSocketType.Push) { SendTimeout = TimeSpan.FromSeconds(30) };
        push.Bind("tcp://127.0.0.1:*");
        using var python = Process.Start("/usr/bin/python3",
            ["-c", $"""
            import zmq
            c = zmq.Context()
            i = c.socket(zmq.PULL); i.connect('{push.LastEndpoint}')
            o = c.socket(zmq.PUSH); o.connect('{pull.LastEndpoint}')
            o.send_multipart([p * 2 for p in i.recv_multipart()])
            o.close(linger=30000)
            """]);
        Assert.True(push.TrySend("ab"u8, more: true));
        Assert.True(push.TrySend(new byte[100_000]));

        var buffer = new byte[8];
        Assert.True(pull.TryReceive(buffer, out var first));
        Assert.Equal((4, true), (first, pull.HasMore));
        Assert.Equal("abab"u8.ToArray(), buffer[..4]);
        Assert.True(pull.TryReceive(buffer, out var second));
        Assert.Equal((200_000, false), (second, pull.HasMore));
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
    }

    [Fact]
    public async Task A_wait_without_end_is_ended_from_another_thread()
    {
        using var pull = new ZmqSocket(ZmqSocketType.Pull, wakeable: true);
        pull.Bind("tcp://127.0.0.1:*");

        var wait = ReceiveWithoutEnd(pull);
        pull.WakeUp();

        Assert.Null(await wait);
    }

    [Fact]
    public async Task Waking_up_ends_one_wait_and_loses_no_message()
    {
        using var pull = new ZmqSocket(ZmqSocketType.Pull, wakeable: true);
        pull.Bind("tcp://127.0.0.1:*");
        using var push = new ZmqSocket(ZmqSocketType.Push);
        push.Connect(pull.LastEndpoint);

        pull.WakeUp();
        Assert.Null(await ReceiveWithoutEnd(pull));
        // One that did not wait would come back before the message is sent.
        var wait = ReceiveWithoutEnd(pull);
        Assert.True(push.TrySend("ab"u8));

        Assert.Equal(2, await wait);
        pull.Dispose();
        pull.WakeUp();   // whoever stops a service may come late
    }

    [Fact]
    public async Task A_subscriber_ends_a_wait_for_messages_of_another_socket()
    {
        using var pull = new ZmqSocket(ZmqSocketType.Pull, wakeable: true);
        pull.Bind("tcp://127.0.0.1:*");
        using var publisher = new ZmqSocket(ZmqSocketType.XPub);
        publisher.Bind("tcp://127.0.0.1:*");
        pull.AlsoWakeFor(publisher);
        using var subscriber = new ZmqSocket(ZmqSocketType.Sub);
        subscriber.Subscribe();
        subscriber.Connect(publisher.LastEndpoint);

        Assert.Null(await ReceiveWithoutEnd(pull));

        Assert.True(publisher.TryReceive(new byte[8], out var length, wait: false));
        Assert.Equal(1, length);
    }

    [Fact]
    public void A_refusal_says_what_was_tried_and_why()
    {
        using var socket = new ZmqSocket(ZmqSocketType.Pub);

        var error = Assert.Throws<ZmqException>(() => socket.Bind("nonsense://x"));

        Assert.Contains("nonsense://x", error.Message, StringComparison.Ordinal);
        Assert.Contains("Protocol not supported", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_that_a_dead_program_left_is_taken_over()
    {
        var path = $"/tmp/test-{Environment.ProcessId}-dead";
        using (var dead = Process.Start("/usr/bin/python3", ["-c", $"import socket; s=socket.socket(socket.AF_UNIX); s.bind('{path}')"]))
            dead.WaitForExit();
        Assert.True(File.Exists(path));

        using (var socket = new ZmqSocket(ZmqSocketType.Pub))
            socket.Bind($"ipc://{path}");

        Assert.False(File.Exists(path));
    }

    // The length of the message; null if the wait was ended without one.
    private static Task<int?> ReceiveWithoutEnd(ZmqSocket socket) =>
        Task.Factory.StartNew(() => socket.TryReceive(new byte[8], out var length) ? length : (int?)null, TaskCreationOptions.LongRunning).WaitAsync(TimeSpan.FromSeconds(30));
}
