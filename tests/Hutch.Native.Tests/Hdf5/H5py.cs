using System.Diagnostics;

namespace Hutch.Native.Tests.Hdf5;

/// <summary>The independent reader and writer of HDF5 files.</summary>
internal static class H5py
{
    /// <summary>Runs a script in which <c>f</c> is the file.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string path, string script, string mode = "r")
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", $"import h5py, numpy\nf = h5py.File('{path}', '{mode}')\n{script}\nf.close()"])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            Environment = { ["PYTHONIOENCODING"] = "utf-8" },
        })!;
        var output = python.StandardOutput.ReadToEnd().Trim();
        python.WaitForExit();
        Assert.Equal(0, python.ExitCode);
        return output;
    }
}
