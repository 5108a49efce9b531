using Hutch.Native.Hdf5;

namespace Hutch.Native.Tests.Hdf5;

public sealed class Hdf5AmendmentTests : IDisposable
{
    private const string OldFormat = "w";
    private const string NewFormat = "w', libver='latest";   // as files are that may be read while they are written
    private const int Values = 3000;                          // so that several pages are appended

    private const string Make = "f.create_dataset('det/data', data=numpy.arange(600000, dtype='u4').reshape(6, 100, 1000), chunks=(1, 100, 1000)); f.attrs['who'] = 'me'";
    private const string Look = """
        def look(f):
            assert (f['det/data'][:].ravel() == numpy.arange(600000)).all() and f.attrs['who'] == 'me'
            if 'control' not in f: return 'old'
            assert (f['control/pv/data'][:] == numpy.arange(3000)).all() and f['control/pv'].attrs['unit'] == b'K'
            return 'new'
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("hutch test ").FullName;

    private string FilePath => Path.Combine(_folder, "a.h5");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(OldFormat)]
    [InlineData(NewFormat)]
    public void A_finished_file_gets_a_group_and_can_be_read_and_changed_by_others_afterwards(string mode)
    {
        H5py.Run(FilePath, Make, mode);

        Hdf5Amendment.Apply(FilePath, AddControl);

        Assert.Equal("new", H5py.Run(FilePath, $"{Look}\nprint(look(f))"));
        Assert.Equal("new [1, 2]", H5py.Run(FilePath, $"{Look}\nf['more'] = [1, 2]\nprint(look(f), f['more'][:].tolist())", "r+"));
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(OldFormat)]
    [InlineData(NewFormat)]
    public void A_process_that_dies_at_any_write_leaves_the_old_file_or_one_that_is_recovered_as_the_new(string mode)
    {
        H5py.Run(FilePath, Make, mode);
        var (untouched, recovered) = (new List<string>(), new List<string>());
        for (var (steps, ended) = (1, false); !ended; steps++)
        {
            var path = Path.Combine(_folder, $"{steps}.h5");
            File.Copy(FilePath, path);
            ended = Hdf5Amendment.Steps(path, AddControl).Take(steps).Count() < steps;
            (File.Exists(path + Hdf5Amendment.JournalSuffix) ? recovered : untouched).Add(path);
        }
        Assert.All(recovered, path => Assert.True(Hdf5Amendment.Recover(path)));
        Assert.All(untouched, path => Assert.False(Hdf5Amendment.Recover(path)));

        var states = H5py.Run(FilePath, $"{Look}\nfor p in [{string.Join(", ", untouched.Concat(recovered).Select(p => $"'{p}'"))}]:\n  with h5py.File(p) as x: print(look(x), end=' ')").Split(' ');

        // The last ran to its end. Before the journal is there nothing has changed, behind it everything has.
        Assert.True(untouched.Count > 5 && recovered.Count > 1, $"{untouched.Count} {recovered.Count}");
        Assert.Equal([.. Enumerable.Repeat("old", untouched.Count - 1), "new", .. Enumerable.Repeat("new", recovered.Count)], states);
    }

    [Fact]
    public void After_a_death_before_the_journal_the_same_change_succeeds()
    {
        H5py.Run(FilePath, Make, NewFormat);
        Assert.Equal(3, Hdf5Amendment.Steps(FilePath, AddControl).Take(3).Count());

        Hdf5Amendment.Apply(FilePath, AddControl);

        Assert.Equal("new", H5py.Run(FilePath, $"{Look}\nprint(look(f))"));
    }

    [Fact]
    public void A_journal_of_another_file_and_one_that_is_not_whole_change_nothing()
    {
        H5py.Run(FilePath, Make, NewFormat);
        var whole = Hdf5Amendment.Steps(FilePath, AddControl).TakeWhile(_ => !File.Exists(FilePath + Hdf5Amendment.JournalSuffix)).Count();
        Assert.True(whole > 3);
        Assert.True(File.Exists(FilePath + Hdf5Amendment.JournalSuffix));
        var journal = File.ReadAllBytes(FilePath + Hdf5Amendment.JournalSuffix);
        File.Delete(FilePath);
        H5py.Run(FilePath, Make.Replace("'me'", "'another'", StringComparison.Ordinal), OldFormat);
        var other = File.ReadAllBytes(FilePath);

        Assert.Contains("is not the file", Assert.Throws<IOException>(() => Hdf5Amendment.Recover(FilePath)).Message, StringComparison.Ordinal);
        for (var cut = 0; cut < journal.Length; cut += 7)
        {
            File.WriteAllBytes(FilePath + Hdf5Amendment.JournalSuffix, journal[..cut]);
            Assert.True(Hdf5Amendment.Recover(FilePath));
        }
        Assert.Equal(other, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void A_change_that_fails_and_one_of_a_file_that_somebody_writes_leave_it_as_it_is()
    {
        H5py.Run(FilePath, Make, OldFormat);
        var before = File.ReadAllBytes(FilePath);

        Assert.Throws<Hdf5Exception>(() => Hdf5Amendment.Apply(FilePath, f =>
        {
            AddControl(f);
            f.CreateGroup("control").Dispose();
        }));
        using (File.Open(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None))   // an exclusive lock, as the library's writers have
            Assert.Contains(FilePath, Assert.Throws<IOException>(() => Hdf5Amendment.Apply(FilePath, AddControl)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Who_reads_meanwhile_goes_on()
    {
        H5py.Run(FilePath, Make, NewFormat);
        using var file = Hdf5File.OpenRead(FilePath);
        using var data = file.OpenDataset("det/data");

        Hdf5Amendment.Apply(FilePath, AddControl);

        var image = new uint[100_000];
        data.ReadRows<uint>(5, image, Hdf5Type.UInt32);
        Assert.Equal(Enumerable.Range(500_000, 100_000).Select(i => (uint)i), image);
        Assert.Equal(["det"], file.Names("/"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_overlay_is_the_file_with_what_was_written(int seed)
    {
        var random = new Random(seed);
        var original = new byte[random.Next(20_000)];
        random.NextBytes(original);
        File.WriteAllBytes(FilePath, original);
        using var file = File.OpenHandle(FilePath);
        var (overlay, model) = (new Hdf5Overlay(file), original.Concat(new byte[40_000]).ToArray());
        for (var i = 0; i < 200; i++)
        {
            var (offset, bytes) = (random.Next(25_000), new byte[random.Next(9000)]);
            if (random.Next(2) == 0)
            {
                random.NextBytes(bytes);
                overlay.Write(offset, bytes);
                bytes.CopyTo(model, offset);
            }
            overlay.Read(offset, bytes);
            Assert.Equal(model[offset..(offset + bytes.Length)], bytes);
        }

        var result = original.Concat(new byte[overlay.Length - original.Length]).ToArray();
        foreach (var (offset, bytes) in overlay.Appended())
            bytes.CopyTo(result.AsMemory((int)offset));
        foreach (var change in overlay.Changed())
        {
            Assert.Equal(original[(int)change.Offset..((int)change.Offset + change.Before.Length)], change.Before);
            change.After.CopyTo(result, change.Offset);
        }
        Assert.Equal(model[..result.Length], result);
    }

    private static void AddControl(Hdf5File file)
    {
        using var control = file.CreateGroup("control");
        using var pv = control.CreateGroup("pv");
        using var data = pv.CreateFixedDataset("data", Hdf5Type.Float64, Values);
        data.WriteRows<double>(0, [.. Enumerable.Range(0, Values).Select(i => (double)i)], Hdf5Type.Float64);
        pv.SetText("unit", "K");
    }
}
