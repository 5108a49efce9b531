using Google.Protobuf;

namespace Hutch.Streams;

/// <summary>The metadata of an image, as the deployed standard DAQ sends them.</summary>
public sealed partial class ImageMetadata
{
    private GigafrostMetadata? _gigafrost;
    private JungfrauMetadata? _jungfrau;
    private EigerMetadata? _eiger;
    private PcoMetadata? _pco;

    /// <summary>Reads a message; one object serves for any number of messages, without allocations.</summary>
    /// <returns>False if the message is not of this kind; the object is then meaningless.</returns>
    public bool TryRead(ReadOnlySpan<byte> message)
    {
        // The fields of the message before would stay where this one has none.
        (ImageId, Height, Width, Size) = (0, 0, 0, 0);
        (Dtype, Status, Compression) = (ImageDataType.UnknownType, ImageStatus.Undefined, ImageCompression.None);
        ClearDetector();
        _unknownFields = null;
        try
        {
            // The library makes an object for the detector's part each time. It is read into one that is kept, and the rest around it.
            if (!DetectorPart.TryFind(message, out var part))
                this.MergeFrom(message);
            else
            {
                this.MergeFrom(message[..part.Start]);
                this.MergeFrom(message[part.End..]);
                Detector(part.Field).MergeFrom(message[part.Content..part.End]);
            }
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private IMessage Detector(int field) => field switch
    {
        GfFieldNumber => Gf = (_gigafrost ??= new GigafrostMetadata()).Cleared(),
        JfFieldNumber => Jf = (_jungfrau ??= new JungfrauMetadata()).Cleared(),
        EgFieldNumber => Eg = (_eiger ??= new EigerMetadata()).Cleared(),
        _ => Pco = (_pco ??= new PcoMetadata()).Cleared(),
    };

    // Where the detector's part stands in a message, by the encoding of protocol buffers.
    private readonly ref struct DetectorPart
    {
        private const int LengthDelimited = 2;

        private DetectorPart(int field, int start, int content, int end) => (Field, Start, Content, End) = (field, start, content, end);

        public int Field { get; }

        public int Start { get; }

        public int Content { get; }

        public int End { get; }

        /// <summary>Finds the only one; false if there is none, if there are several, or if the message is malformed: then the library reads it.</summary>
        public static bool TryFind(ReadOnlySpan<byte> message, out DetectorPart part)
        {
            part = default;
            for (var at = 0; at < message.Length;)
            {
                var start = at;
                if (!TryReadNumber(message, ref at, out var tag))
                    return false;
                ulong length;
                switch (tag & 7)
                {
                    case 0 when TryReadNumber(message, ref at, out _):
                        continue;
                    case 1:
                        length = sizeof(ulong);
                        break;
                    case LengthDelimited when TryReadNumber(message, ref at, out length):
                        break;
                    case 5:
                        length = sizeof(uint);
                        break;
                    default:
                        return false;
                }
                if (length > (ulong)(message.Length - at))
                    return false;
                if ((tag & 7) == LengthDelimited && tag >> 3 is >= GfFieldNumber and <= PcoFieldNumber)
                {
                    if (part.Field != 0)
                        return false;
                    part = new DetectorPart((int)(tag >> 3), start, at, at + (int)length);
                }
                at += (int)length;
            }
            return part.Field != 0;
        }

        private static bool TryReadNumber(ReadOnlySpan<byte> message, ref int at, out ulong number)
        {
            number = 0;
            for (var shift = 0; shift < 64 && at < message.Length; shift += 7)
            {
                var part = message[at++];
                number |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                    return true;
            }
            return false;
        }
    }
}
