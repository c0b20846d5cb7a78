using Tickiti.Benchmarks;

return args is [var verb, .. var rest]
    ? verb switch
    {
        "fuzz" => await MailFuzzing.RunAsync(rest),
        "mime" => await MimeReading.RunAsync(rest),
        "mime-large" => await LargeMailReading.RunAsync(rest),
        "pop3" => await Pop3Fetching.RunAsync(rest),
        "smtp" => await SmtpSending.RunAsync(rest),
        "intake" => await MailIntake.RunAsync(rest),
        "outbox" => await OutboxSending.RunAsync(rest),
        "create-ticket" => await HotEndpoint.CreateTicket.RunAsync(rest),
        "send-email" => await HotEndpoint.SendEmail.RunAsync(rest),
        "queue-email" => await HotEndpoint.QueueEmail.RunAsync(rest),
        "render-template" => await TemplateRendering.RunAsync(rest),
        "create-ticket-floor" => await InsertFloor.RunAsync(rest),
        "generate" => await Searching.GenerateAsync(rest),
        "search" => await Searching.RunAsync(rest),
        _ => Usage(),
    }
    : Usage();

static int Usage()
{
    Console.WriteLine("""
        Verbs: mime [FOLDER], mime-large [MEGABYTES], fuzz [MINUTES] [SEED], pop3 [COUNT], smtp [COUNT]
               intake [sqlite|postgres] [MAILS] [ROUNDS] [MEGABYTES]
               outbox [sqlite|postgres] [COUNT] [CONNECTIONS]
               create-ticket [sqlite|postgres] [SECONDS] [WARM-UP]
               send-email [sqlite|postgres] [SECONDS] [WARM-UP]
               queue-email [sqlite|postgres] [SECONDS] [WARM-UP]
               render-template [SECONDS] [WARM-UP]
               generate sqlite|postgres TICKETS FOLDER
               search [sqlite|postgres] [TICKETS] [REQUESTS] [FOLDER]
        """);
    return 2;
}
