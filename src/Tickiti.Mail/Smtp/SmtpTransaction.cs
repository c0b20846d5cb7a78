using System.Buffers;
using System.Text;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

/// <summary>
/// One message over one connection, from MAIL FROM to the answer to its end. Knows at each moment what a failure would
/// mean for each recipient.
/// </summary>
internal sealed class SmtpTransaction(
    MailConnection connection,
    SmtpCapabilities capabilities,
    MailTransportOptions options,
    SmtpEnvelope envelope,
    ReadOnlySequence<byte> message,
    Func<CancellationToken, ValueTask>? beforeEnd)
{
    // RFC 2920 §3.1: so many replies fit into any window while we are still writing commands.
    private const int MaxPipelinedRecipients = 100;

    private readonly RecipientOutcome?[] _outcomes = new RecipientOutcome?[envelope.Recipients.Count];
    private readonly string?[] _recipients = new string?[envelope.Recipients.Count];
    private string _sender = "";
    private bool _isEightBit;
    private bool _needsUtf8;
    private int _accepted;
    private bool _mailIsTaken;
    private SmtpStage _stage = SmtpStage.Connect;
    private SmtpMessageWriter? _writer;
    private SmtpReply? _lastWords;
    private MailFailure? _failure;

    /// <summary>Whether the server still holds a transaction that the next message has to clear away first.</summary>
    public bool NeedsReset { get; private set; }

    private MailTimeouts Timeouts => options.Timeouts;

    private SmtpStage Stage => _writer is { EndIsUnderWay: true } ? SmtpStage.MessageEnd : _stage;

    private bool UsesChunking => capabilities.Chunking && message.Length > SmtpMessageWriter.WriteLimit;

    public async ValueTask<SmtpOutcome> RunAsync(bool reset, CancellationToken cancellationToken)
    {
        NeedsReset = reset;
        try
        {
            CheckMessage();
            if (CheckAddresses())
            {
                await TransferAsync(cancellationToken);
            }
        }
        catch (MailTransportException e)
        {
            connection.Break();
            _failure = e.Failure;
            SettleRest(
                Stage == SmtpStage.MessageEnd ? RecipientOutcomeKind.Uncertain : RecipientOutcomeKind.RefusedForNow,
                _lastWords, e.Message);
        }
        catch (OperationCanceledException e) when (Stage == SmtpStage.MessageEnd)
        {
            connection.Break();
            SettleRest(RecipientOutcomeKind.Uncertain, null, e.Message);
        }
        catch
        {
            connection.Break();
            throw;
        }

        return new SmtpOutcome(_outcomes!) { Failure = _failure };
    }

    private void CheckMessage()
    {
        foreach (var segment in message)
        {
            _isEightBit |= !Ascii.IsValid(segment.Span);
        }

        if (capabilities.MaxSize is { } limit && message.Length > limit)
        {
            RefuseRest(
                new EnhancedStatusCode(5, 3, 4), $"The message has {message.Length} bytes, the server takes {limit}.");
        }
        else if (envelope.HasUtf8Headers && !capabilities.SmtpUtf8)
        {
            RefuseRest(
                new EnhancedStatusCode(5, 6, 9),
                "The message has UTF-8 headers, which the server does not take (no SMTPUTF8).");
        }
        else if (_isEightBit && !capabilities.EightBitMime)
        {
            RefuseRest(
                new EnhancedStatusCode(5, 6, 3),
                "The message has 8-bit bytes, which the server does not take (no 8BITMIME).");
        }
    }

    private bool CheckAddresses()
    {
        _needsUtf8 = envelope.HasUtf8Headers;
        var sender = envelope.From is null ? "" : SmtpAddress.ToWire(envelope.From);
        if (sender is null)
        {
            RefuseRest(new EnhancedStatusCode(5, 1, 7), "The sender's address is not one.");
        }
        else if (!IsAllowed(sender))
        {
            RefuseRest(
                new EnhancedStatusCode(5, 6, 7),
                "The sender's address is not ASCII, which the server does not take (no SMTPUTF8).");
        }

        _sender = sender ?? "";
        var any = false;
        for (var i = 0; i < _recipients.Length; i++)
        {
            if (_outcomes[i] is null)
            {
                _recipients[i] = SmtpAddress.ToWire(envelope.Recipients[i]);
                if (_recipients[i] is null)
                {
                    Settle(
                        i, RecipientOutcomeKind.RefusedForGood, null, new EnhancedStatusCode(5, 1, 3),
                        "The address is not one.");
                }
                else if (!IsAllowed(_recipients[i]!))
                {
                    Settle(
                        i, RecipientOutcomeKind.RefusedForGood, null, new EnhancedStatusCode(5, 6, 7),
                        "The address is not ASCII, which the server does not take (no SMTPUTF8).");
                }
            }

            any |= _outcomes[i] is null;
        }

        return any;
    }

    private bool IsAllowed(string address)
    {
        if (SmtpAddress.IsAscii(address))
        {
            return true;
        }

        _needsUtf8 = true;
        return capabilities.SmtpUtf8;
    }

    private async ValueTask TransferAsync(CancellationToken cancellationToken)
    {
        var go = capabilities.Pipelining
            ? await OpenPipelinedAsync(cancellationToken)
            : await OpenStepByStepAsync(cancellationToken);
        if (!go)
        {
            return;
        }

        _stage = SmtpStage.Message;
        using var buffer = SmtpMessageWriter.CreateBuffer(message.Length);
        _writer = new SmtpMessageWriter(connection, options, message, buffer, beforeEnd);
        var reply = UsesChunking
            ? await _writer.WriteChunksAsync(cancellationToken)
            : await _writer.WriteDataAsync(cancellationToken);
        var kind = reply.IsPositive ? RecipientOutcomeKind.Accepted : KindOf(reply);
        SettleRest(kind, reply, reply.Text);
        NeedsReset = _writer.LeavesTransaction;
        if (!connection.Buffered.IsEmpty)
        {
            // An answer to nothing: the next message would take it for its own.
            connection.Break();
        }
    }

    private async ValueTask<bool> OpenPipelinedAsync(CancellationToken cancellationToken)
    {
        var pending = Enumerable.Range(0, _outcomes.Length).Where(i => _outcomes[i] is null).ToArray();
        for (var start = 0; start < pending.Length && (start == 0 || _mailIsTaken); start += MaxPipelinedRecipients)
        {
            var batch = pending.AsMemory(start, Math.Min(MaxPipelinedRecipients, pending.Length - start));
            var withData = start + batch.Length == pending.Length && !UsesChunking;
            using var step = connection.BeginStep(
                start == 0 ? "MAIL FROM" : "RCPT TO", Timeouts.Command, cancellationToken);
            if (start == 0)
            {
                WriteReset();
                WriteMailFrom();
            }

            foreach (var i in batch.Span)
            {
                WriteRcptTo(i);
            }

            if (withData)
            {
                connection.Command("DATA");
            }

            await connection.FlushAsync();
            if (start == 0)
            {
                await ReadResetAsync();
                await ReadMailFromAsync();
            }

            for (var i = 0; i < batch.Length; i++)
            {
                await ReadRcptToAsync(batch.Span[i]);
            }

            if (withData)
            {
                return await ReadDataAsync();
            }
        }

        return _accepted > 0;
    }

    private async ValueTask<bool> OpenStepByStepAsync(CancellationToken cancellationToken)
    {
        using var step = connection.BeginStep("MAIL FROM", Timeouts.Command, cancellationToken);
        if (NeedsReset)
        {
            WriteReset();
            await connection.FlushAsync();
            await ReadResetAsync();
        }

        WriteMailFrom();
        await connection.FlushAsync();
        await ReadMailFromAsync();
        if (!_mailIsTaken)
        {
            return false;
        }

        for (var i = 0; i < _outcomes.Length; i++)
        {
            if (_outcomes[i] is null)
            {
                WriteRcptTo(i);
                await connection.FlushAsync();
                await ReadRcptToAsync(i);
            }
        }

        if (_accepted == 0 || UsesChunking)
        {
            return _accepted > 0;
        }

        connection.Command("DATA");
        await connection.FlushAsync();
        return await ReadDataAsync();
    }

    private void WriteReset()
    {
        if (NeedsReset)
        {
            connection.Command("RSET");
        }
    }

    private void WriteMailFrom()
    {
        _stage = SmtpStage.MailFrom;
        connection.Append("MAIL FROM:<"u8);
        connection.Append(_sender);
        connection.Append(">"u8);
        if (capabilities.Size)
        {
            connection.Append(" SIZE="u8);
            connection.Append(message.Length);
        }

        if (_isEightBit)
        {
            connection.Append(" BODY=8BITMIME"u8);
        }

        if (_needsUtf8)
        {
            connection.Append(" SMTPUTF8"u8);
        }

        if (capabilities.Dsn && envelope.Return is { } part)
        {
            connection.Append(part == SmtpReturn.Full ? " RET=FULL"u8 : " RET=HDRS"u8);
        }

        if (capabilities.Dsn && envelope.EnvelopeId is { } id)
        {
            connection.Append(" ENVID="u8);
            connection.Append(SmtpAddress.ToXText(id));
        }

        connection.EndCommand();
    }

    private void WriteRcptTo(int i)
    {
        connection.Append("RCPT TO:<"u8);
        connection.Append(_recipients[i]!);
        connection.Append(">"u8);
        if (capabilities.Dsn && envelope.Notify is { } notify)
        {
            connection.Append(" NOTIFY="u8);
            connection.Append(notify.ToString().ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal));
            if (SmtpAddress.IsAscii(_recipients[i]!))
            {
                connection.Append(" ORCPT=rfc822;"u8);
                connection.Append(SmtpAddress.ToXText(_recipients[i]!));
            }
        }

        connection.EndCommand();
    }

    private async ValueTask ReadResetAsync()
    {
        if (NeedsReset)
        {
            await ReadReplyAsync("RSET");
            NeedsReset = false;
        }
    }

    private async ValueTask ReadMailFromAsync()
    {
        var reply = await ReadReplyAsync("MAIL FROM");
        if (reply.IsPositive)
        {
            _mailIsTaken = NeedsReset = true;
            return;
        }

        if (reply.Code == 530)
        {
            // "Authentication required" says something about the mailbox's settings, not about this message.
            _failure = reply.Text.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase)
                ? MailFailure.TlsFailed
                : MailFailure.CredentialsRefused;
            SettleRest(RecipientOutcomeKind.RefusedForNow, reply, reply.Text);
        }
        else
        {
            SettleRest(KindOf(reply), reply, reply.Text);
        }
    }

    private async ValueTask ReadRcptToAsync(int i)
    {
        _stage = SmtpStage.RcptTo;
        var reply = await ReadReplyAsync("RCPT TO");
        if (!_mailIsTaken)
        {
            // Pipelined behind a refused MAIL FROM, which has decided.
            return;
        }

        if (reply.IsPositive)
        {
            _accepted++;
        }
        else
        {
            // RFC 5321 §4.5.3.1.10: 552 was the old way to say "too many recipients", which 452 says now.
            var isTooMany = reply.Code == 552 && _accepted > 0 && reply.Status is null or { Subject: 5, Detail: 3 };
            var kind = isTooMany ? RecipientOutcomeKind.RefusedForNow : KindOf(reply);
            Settle(i, kind, reply.Code, reply.Status, reply.Text);
        }
    }

    private async ValueTask<bool> ReadDataAsync()
    {
        _stage = SmtpStage.Data;
        var reply = await ReadReplyAsync("DATA");
        if (reply.Code == 354 && _accepted > 0)
        {
            return true;
        }

        if (reply.Code == 354)
        {
            // RFC 2920 §3.1: nobody is left to send it to, but the server waits for a message; it gets an empty one.
            connection.Append(".\r\n"u8);
            await connection.FlushAsync();
            await ReadReplyAsync("end of an empty message");
            NeedsReset = false;
        }
        else if (_accepted > 0)
        {
            SettleRest(KindOf(reply), reply, reply.Text);
        }

        return false;
    }

    // Each reply has the whole time of a command: a batch of them is many commands.
    private async ValueTask<SmtpReply> ReadReplyAsync(string step)
    {
        connection.RenewStep(step);
        var reply = await SmtpReplyReader.ReadAsync(connection, options.MaxReplyLines);
        if (!reply.IsClosing)
        {
            return reply;
        }

        // No answers come behind a 421, even where commands were pipelined.
        _lastWords = reply;
        throw new MailTransportException(MailFailure.TemporarilyUnavailable, reply.Text);
    }

    private RecipientOutcomeKind KindOf(SmtpReply reply)
    {
        if (reply.IsPermanent)
        {
            return RecipientOutcomeKind.RefusedForGood;
        }

        return reply.IsTransient
            ? RecipientOutcomeKind.RefusedForNow
            : throw connection.Violation($"The server gave an answer that does not fit the step: {reply}");
    }

    private void RefuseRest(EnhancedStatusCode status, string why)
    {
        for (var i = 0; i < _outcomes.Length; i++)
        {
            Settle(i, RecipientOutcomeKind.RefusedForGood, null, status, why);
        }
    }

    private void SettleRest(RecipientOutcomeKind kind, SmtpReply? reply, string text)
    {
        for (var i = 0; i < _outcomes.Length; i++)
        {
            Settle(i, kind, reply?.Code, reply?.Status, text);
        }
    }

    private void Settle(int i, RecipientOutcomeKind kind, int? code, EnhancedStatusCode? status, string text) =>
        _outcomes[i] ??= new RecipientOutcome(envelope.Recipients[i], kind, Stage, code, status, text);
}
