using System.Diagnostics;
using System.Globalization;
using Hutch.Native.Hdf5;
using Hutch.Native.Posix;

namespace Hutch.Native.Tests.Hdf5;

public sealed class Hdf5FileTests : IDisposable
{
    private const string Swmr = "r', swmr=True, libver='latest";

    private readonly string _folder = Directory.CreateTempSubdirectory("hutch test ").FullName;

    private string FilePath => Path.Combine(_folder, "a.h5");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_by_h5py()
    {
        var records = Hdf5Type.Compound(("id", Hdf5Type.UInt64), ("weight", Hdf5Type.Float64));
        using (var file = Hdf5File.Create(FilePath))
        using (var group = file.CreateGroup("det"))
        using (var data = group.CreateDataset("data", Hdf5Type.UInt16, 1, 2, 3))
        using (var table = group.CreateDataset("table", records, 100))
        {
            group.SetAttribute("who", "häns");
            group.SetAttribute("run", 77L);
            data.SetLength(2);
            data.WriteChunk(1, [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1]);
            data.WriteChunk(0, new byte[12]);
            table.SetLength(2);
            table.WriteRows<(ulong, double)>(0, [(1, 1.5), (ulong.MaxValue, -2.5)], records);
            file.Flush();
        }

        Assert.Equal("(2, 2, 3) uint16 (1, 2, 3) [0, 1, 2, 3, 4, 5, 262] ('id', 'weight') 18446744073709551615 -2.5 häns 77", H5py("""
            d = f['det/data']; t = f['det/table']; a = f['det'].attrs
            print(d.shape, d.dtype, d.chunks, [int(d[0].sum())] + [int(v) for v in d[1].ravel()], t.dtype.names, t['id'][1], t['weight'][1], a['who'].decode(), a['run'])
            """));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_closed_file_is_not_locked_by_a_process_that_was_forked_while_it_was_open(bool swmr)
    {
        var file = Hdf5File.Create(FilePath, newest: true);
        file.CreateGroup("g").Dispose();
        if (swmr)
            file.StartSwmr();
        // The descriptor as the child has it between fork and exec.
        var child = Descriptor.Copy(DescriptorOf(FilePath));
        try
        {
            Assert.True(child >= 0);
            file.Dispose();
            Assert.Equal("['g', 'h']", H5py("f.create_group('h'); print(list(f))", mode: "r+"));
        }
        finally
        {
            _ = Libc.close(child);
        }
    }

    [Fact]
    public void A_file_that_is_open_twice_stays_locked_until_both_are_closed()
    {
        Hdf5File.Create(FilePath).Dispose();
        using (Hdf5File.OpenRead(FilePath))
        {
            Hdf5File.OpenRead(FilePath).Dispose();
            Assert.Equal("locked", OpenForWriting());
        }
        Assert.Equal("open", OpenForWriting());

        string OpenForWriting() => H5py($"f.close()\ntry: h5py.File('{FilePath}', 'r+').close(); print('open')\nexcept BlockingIOError: print('locked')");
    }

    [Fact]
    public void What_h5py_wrote_is_read()
    {
        H5py("f.create_dataset('g/x', data=numpy.arange(12, dtype='u4').reshape(4, 3))", mode: "w");

        using var file = Hdf5File.OpenRead(FilePath);
        using var data = file.OpenDataset("/g/x");
        var rows = new uint[6];
        data.ReadRows(1, rows.AsSpan(), Hdf5Type.UInt32);

        Assert.Equal([4UL, 3UL], data.Dimensions);
        Assert.Equal([3u, 4, 5, 6, 7, 8], rows);
    }

    [Fact]
    public void Errors_are_the_librarys_own_words()
    {
        var missing = Assert.Throws<Hdf5Exception>(() => Hdf5File.OpenRead(Path.Combine(_folder, "none.h5")));
        File.WriteAllText(FilePath, "no hdf5");
        var foreign = Assert.Throws<Hdf5Exception>(() => Hdf5File.OpenRead(FilePath));

        Assert.Contains("No such file or directory (errno 2)", missing.Message, StringComparison.Ordinal);
        Assert.Contains("signature", foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_an_error_that_says_so()
    {
        var error = Assert.Throws<Hdf5Exception>(() => Hdf5File.Create("/dev/full"));

        Assert.Contains("No space left on device (errno 28)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_can_be_read_while_it_grows_and_after_its_writer_was_killed()
    {
        var killed = Path.Combine(_folder, "killed.h5");
        using (var file = Hdf5File.Create(FilePath, newest: true))
        using (var group = file.CreateGroup("det"))
        using (var data = group.CreateDataset("data", Hdf5Type.UInt16, 1, 2))
        {
            file.StartSwmr();
            data.SetLength(1);
            data.WriteChunk(0, [7, 0, 8, 0]);
            file.Flush();

            Assert.Equal("[[7, 8]]", H5py("print(f['det/data'][:].tolist())", Swmr));
            using (var reader = Hdf5File.OpenRead(FilePath))
            using (var read = reader.OpenDataset("det/data"))
                Assert.Equal([1UL, 2UL], read.Dimensions);
            Assert.Contains("unable to lock file", H5py($"f.close()\ntry: h5py.File('{FilePath}', 'r+')\nexcept OSError as e: print(e)", Swmr), StringComparison.Ordinal);
            File.Copy(FilePath, killed);   // what a writer leaves that is killed now
        }
        const string plainly = "print(h5py.File(f.filename.replace('a.h5', 'killed.h5'))['det/data'][:].tolist())";
        Assert.Contains("already open for", H5py($"try:\n  {plainly}\nexcept OSError as e: print(e)"), StringComparison.Ordinal);
        Hdf5File.ClearWriterMark(killed);
        Assert.Equal("[[7, 8]]", H5py(plainly));
    }

    [Fact]
    public void A_process_that_is_started_while_a_file_is_open_does_not_keep_it_locked()
    {
        Process child;
        using (Hdf5File.Create(FilePath))
            child = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
        using (child)
        {
            using (Hdf5File.Create(FilePath))
                Assert.False(child.HasExited);
            child.StandardInput.Close();
            child.WaitForExit();
        }
    }

    private static int DescriptorOf(string path) =>
        Directory.GetFiles("/proc/self/fd").Where(f => File.ResolveLinkTarget(f, returnFinalTarget: false)?.FullName == path)
            .Select(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture)).Single();

    private string H5py(string script, string mode = "r") => Hdf5.H5py.Run(FilePath, script, mode);
}
