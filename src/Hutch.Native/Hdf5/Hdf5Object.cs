using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

/// <summary>A file, group or dataset of libhdf5, closed once.</summary>
public abstract class Hdf5Object : SafeHandle
{
    private protected Hdf5Object(long id)
        : base(-1, ownsHandle: true)
    {
        SetHandle((nint)id);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <summary>The identifier (<c>hid_t</c>).</summary>
    internal long Id => !IsClosed ? handle : throw new ObjectDisposedException(GetType().Name);

    /// <summary>Writes an attribute: a text, or a whole number (stored as a 64-bit integer).</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public unsafe void SetAttribute(string name, object value)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var text = value as string;
            var type = text is not null ? Hdf5Type.Text(System.Text.Encoding.UTF8.GetByteCount(text) + 1) : Hdf5Type.Int64;
            ulong one = 1;
            var space = Hdf5Library.Check(Hdf5Calls.H5Screate_simple(0, &one, null), "H5Screate");
            var attribute = Hdf5Library.Check(Hdf5Calls.H5Acreate2(Id, name, type.Id, space, 0, 0), $"attribute {name}");
            if (text is not null)
            {
                fixed (byte* bytes = System.Text.Encoding.UTF8.GetBytes(text + '\0'))
                    Hdf5Library.Check(Hdf5Calls.H5Awrite(attribute, type.Id, bytes), $"attribute {name}");
            }
            else
            {
                var number = Convert.ToInt64(value);
                Hdf5Library.Check(Hdf5Calls.H5Awrite(attribute, type.Id, &number), $"attribute {name}");
            }
            _ = Hdf5Calls.H5Aclose(attribute);
            _ = Hdf5Calls.H5Sclose(space);
        }
    }

    /// <summary>Writes an attribute that is one text, as NeXus has them: scalar, UTF-8.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public void SetText(string name, string text) => WriteTexts(name, [text], scalar: true);

    /// <summary>Writes an attribute that is a list of texts.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public void SetTexts(string name, params IReadOnlyList<string> texts) => WriteTexts(name, texts, scalar: false);

    private unsafe void WriteTexts(string name, IReadOnlyList<string> texts, bool scalar)
    {
        var length = texts.Max(System.Text.Encoding.UTF8.GetByteCount) + 1;
        var bytes = new byte[length * texts.Count];
        for (var i = 0; i < texts.Count; i++)
            System.Text.Encoding.UTF8.GetBytes(texts[i], bytes.AsSpan(i * length));
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var type = Hdf5Library.Check(Hdf5Calls.H5Tcopy(Hdf5Library.Global("H5T_C_S1_g")), "H5Tcopy");
            _ = Hdf5Calls.H5Tset_size(type, (nuint)length);
            _ = Hdf5Calls.H5Tset_cset(type, 1);
            var count = (ulong)texts.Count;
            var space = scalar ? Hdf5Calls.H5Screate(0) : Hdf5Calls.H5Screate_simple(1, &count, null);
            var attribute = Hdf5Calls.H5Acreate2(Id, name, type, space, 0, 0);
            try
            {
                Hdf5Library.Check(attribute, $"attribute {name}");
                fixed (byte* data = bytes)
                    Hdf5Library.Check(Hdf5Calls.H5Awrite(attribute, type, data), $"attribute {name}");
            }
            finally
            {
                _ = Hdf5Calls.H5Aclose(attribute);
                _ = Hdf5Calls.H5Sclose(space);
                _ = Hdf5Calls.H5Tclose(type);
            }
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return Hdf5Calls.H5Oclose(handle) >= 0;
        }
    }
}
