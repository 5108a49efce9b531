using Hutch.Native.Hdf5;

namespace Hutch.Epics.Writing;

/// <summary>
/// The file of std-daq's EPICS writer: the datasets of each PV (<see cref="PvDatasets"/>) in <c>/data/PV</c>, an empty group <c>/PV</c>, and the
/// metadata at the root. It has another name until it is complete.
/// </summary>
internal sealed class PvFile : IDisposable
{
    /// <summary>What follows the name of a file that is not complete.</summary>
    public const string IncompleteSuffix = ".incomplete";

    private readonly string _path;
    private readonly Hdf5File _file;
    private readonly Hdf5Group _root;
    private readonly Hdf5Group _data;
    private bool _finished;

    /// <summary>Makes the file.</summary>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public PvFile(string path)
    {
        _path = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            _file = Hdf5File.Create(_path + IncompleteSuffix);
        }
        catch (Exception error) when (error is Hdf5Exception or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"output_file {_path} cannot be written: {error.Message}", error);
        }
        _root = _file.OpenGroup("/");
        _data = _file.CreateGroup("data");
    }

    public void WriteMetadata(string name, string value)
    {
        using var dataset = _root.CreateFixedDataset(name, Hdf5Type.VariableText);
        dataset.WriteTexts([value]);
    }

    /// <summary>Says how many pulses are missing in the range.</summary>
    public void WriteMissingPulses(long count) => _data.SetAttribute("missing_pulses", count);

    /// <summary>Writes a PV.</summary>
    /// <returns>How many datasets its values needed: one for each type and shape in a row; 0 if it has no value.</returns>
    public int WritePv(string name, IReadOnlyList<BufferedValue> values)
    {
        _root.CreateGroup(name).Dispose();
        return PvDatasets.Write(_data, name, values);
    }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="UserErrorException">The file system refused.</exception>
    public void Finish()
    {
        Close();
        try
        {
            File.Move(_path + IncompleteSuffix, _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"output_file {_path} cannot be written: {error.Message}", error);
        }
        _finished = true;
    }

    /// <summary>Removes the file unless it is finished.</summary>
    public void Dispose()
    {
        Close();
        if (!_finished)
            File.Delete(_path + IncompleteSuffix);
    }

    private void Close()
    {
        _data.Dispose();
        _root.Dispose();
        _file.Dispose();
    }
}
