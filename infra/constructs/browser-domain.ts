import { Stack, Token } from 'aws-cdk-lib';
import { DomainName, IpAddressType, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../shared/errors.ts';
import type { DeploymentInput } from '../deployment.ts';

export interface Domain extends Pick<DeploymentInput, 'certificateArn' | 'hostedZone'> {
  domainName: string;
}

/** The domain that is configured, or `ConfigurationError` naming what does not go together. */
export function requireDomain(
  { domainName, certificateArn, hostedZone }: DeploymentInput,
  place: string,
  region: string,
): Domain | undefined {
  if (domainName === undefined) {
    const alone = certificateArn !== undefined ? 'certificateArn' : hostedZone && 'hostedZone';
    if (alone === undefined) return undefined;
    throw new ConfigurationError(`${place}.${alone}`, 'expected a domainName beside it');
  }
  if (certificateArn === undefined && hostedZone === undefined) {
    throw new ConfigurationError(
      `${place}.domainName`,
      'expected a certificateArn beside it, or a hostedZone in which a new certificate is proved',
    );
  }
  const certificateRegion = certificateArn?.split(':')[3];
  if (
    certificateRegion !== undefined &&
    !Token.isUnresolved(region) &&
    certificateRegion !== region
  ) {
    throw new ConfigurationError(
      `${place}.certificateArn`,
      `expected a certificate in ${region}, where the stack is, found one in ${certificateRegion}`,
    );
  }
  if (hostedZone && domainName !== hostedZone.name && !domainName.endsWith(`.${hostedZone.name}`)) {
    throw new ConfigurationError(
      `${place}.hostedZone.name`,
      `expected the zone that ${domainName} is in`,
    );
  }
  return {
    domainName,
    ...(certificateArn !== undefined && { certificateArn }),
    ...(hostedZone !== undefined && { hostedZone }),
  };
}

/** The team's own host in front of the API. */
export class BrowserDomain extends Construct {
  readonly domain: DomainName;

  constructor(scope: Construct, id: string, { domainName, certificateArn, hostedZone }: Domain) {
    super(scope, id);
    const zone =
      hostedZone &&
      HostedZone.fromHostedZoneAttributes(this, 'Zone', {
        hostedZoneId: hostedZone.id,
        zoneName: hostedZone.name,
      });
    this.domain = new DomainName(this, 'Name', {
      domainName,
      certificate:
        certificateArn === undefined
          ? new Certificate(this, 'Certificate', {
              domainName,
              validation: CertificateValidation.fromDns(zone),
            })
          : Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    if (zone === undefined) return;
    const record = {
      zone,
      recordName: `${domainName}.`,
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(
          this.domain.regionalDomainName,
          this.domain.regionalHostedZoneId,
        ),
      ),
      comment: Stack.of(this).stackName,
    };
    new ARecord(this, 'Ipv4', record);
    new AaaaRecord(this, 'Ipv6', record);
  }
}
