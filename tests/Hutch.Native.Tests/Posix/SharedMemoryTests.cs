using System.Diagnostics;
using Hutch.Native.Posix;

namespace Hutch.Native.Tests.Posix;

public unsafe class SharedMemoryTests
{
    private static string Name(string test) => $"test-{Environment.ProcessId}-{test}";

    [Fact]
    public void Two_mappings_share_their_bytes_and_the_last_one_removes_the_object()
    {
        var first = SharedMemory.OpenOrCreate(Name("share"), 8192);
        var second = SharedMemory.OpenOrCreate(Name("share"), 8192);
        first.Pointer[8191] = 42;

        Assert.Equal((true, false, 42), (first.Created, second.Created, second.Pointer[8191]));
        first.Dispose();
        Assert.Equal(42, second.Pointer[8191]);
        second.Dispose();
        Assert.Null(SharedMemory.TryOpen(Name("share")));
    }

    [Fact]
    public void An_object_that_another_program_has_mapped_stays()
    {
        var memory = SharedMemory.OpenOrCreate(Name("foreign"), 8192);
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3",
            ["-c", $"import mmap,sys; f=open('/dev/shm/{Name("foreign")}','r+b'); m=mmap.mmap(f.fileno(),0); f.close(); print('mapped',flush=True); sys.stdin.read()"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("mapped", python.StandardOutput.ReadLine());

        memory.Dispose();
        Assert.True(File.Exists($"/dev/shm/{Name("foreign")}"));

        python.StandardInput.Close();
        python.WaitForExit();
        SharedMemory.OpenOrCreate(Name("foreign"), 8192).Dispose();
        Assert.False(File.Exists($"/dev/shm/{Name("foreign")}"));
    }

    [Fact]
    public void Clear_makes_every_byte_0_and_keeps_the_length()
    {
        using var memory = SharedMemory.OpenOrCreate(Name("clear"), 3 * 4096);
        new Span<byte>(memory.Pointer, 3 * 4096).Fill(1);

        memory.Clear();

        Assert.False(new Span<byte>(memory.Pointer, 3 * 4096).ContainsAnyExcept((byte)0));
        Assert.Equal(3 * 4096, new FileInfo($"/dev/shm/{Name("clear")}").Length);
    }

    [Fact]
    public void Another_length_is_refused_with_both_lengths()
    {
        using var memory = SharedMemory.OpenOrCreate(Name("length"), 4096);

        var error = Assert.Throws<SharedMemorySizeException>(() => SharedMemory.OpenOrCreate(Name("length"), 8192));

        Assert.Contains("4096", error.Message, StringComparison.Ordinal);
        Assert.Contains("8192", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_call_says_what_was_tried_and_errno_with_its_text()
    {
        var error = Assert.Throws<ErrnoException>(() => SharedMemory.OpenOrCreate("a/b/c", 4096));

        Assert.StartsWith("shm_open /a/b/c: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"(errno {error.Errno})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_threads_that_open_and_close_at_once_never_meet_a_removed_object()
    {
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var memory = SharedMemory.OpenOrCreate(Name("race"), 4096);
            Assert.True(File.Exists($"/dev/shm/{Name("race")}"));
        });
        Assert.False(File.Exists($"/dev/shm/{Name("race")}"));
    }
}
